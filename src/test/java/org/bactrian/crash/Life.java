package org.bactrian.crash;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.component.kafka.KafkaComponent;
import org.bactrian.RunningApplication;

/**
 * One start of the whole application as shipped, on stores that outlive it, with a {@link Tap} that can cut it off from
 * them. Small: what is switched off or made few takes no part in an order.
 */
final class Life implements AutoCloseable {
    private static final Map<String, String> SMALL = Map.ofEntries(
            Map.entry("embedded.postgresql", "false"),
            Map.entry("embedded.kafka", "false"),
            Map.entry("kafka.topics", "order.placed:1,inventory.command:1,inventory.reply:1,order.event:1"),
            Map.entry("camel.component.kafka.consumersCount", "1"),
            Map.entry("camel.component.kafka.kafkaClientFactory", "#class:" + TappedKafka.class.getName()),
            Map.entry("camel.management.enabled", "false"),
            Map.entry("camel.metrics.enabled", "false"),
            Map.entry("camel.main.jmxEnabled", "false"),
            Map.entry("camel.main.shutdownTimeout", "1"),
            Map.entry("database.poolSize", "3"),
            Map.entry("saga.threads", "8"),
            Map.entry("saga.lease", "500ms"),
            Map.entry("saga.stepLimit", "5s"),
            Map.entry("inbox.outageRetries", "0"),
            // part of every saga's name, so the same in each life; the participants are where this one is
            Map.entry("public.url", "http://bactrian.test"));

    private final String name;
    private final Map<String, Wire> wires = new LinkedHashMap<>();
    private final RunningApplication application;
    private final TappedKafka kafka;

    /**
     * @param name as its databases know it
     * @param urls of the databases, by name
     * @param more properties that win over all others
     */
    Life(String name, Map<String, String> urls, String brokers, Tap tap, Map<String, String> more) throws IOException {
        this.name = name;
        var properties = new HashMap<>(SMALL);
        properties.put("kafka.brokers", brokers);
        urls.forEach((database, url) -> {
            var wire = new Wire(database, url, tap);
            wires.put(database, wire);
            properties.put("database.%s.url".formatted(database), wire.url() + "&ApplicationName=" + name);
        });
        for (String participant : Stores.PARTICIPANTS) {
            properties.put("participant.%s.url".formatted(participant), "http://127.0.0.1:{{camel.server.port}}");
        }
        properties.putAll(more);
        application = RunningApplication.start(properties);
        kafka = (TappedKafka) application
                .context()
                .getComponent("kafka", KafkaComponent.class)
                .getKafkaClientFactory();
        kafka.tell(tap);
    }

    RunningApplication application() {
        return application;
    }

    /** As its databases know it. */
    String name() {
        return name;
    }

    /** Whether the tap does not know yet of something that is durable in Kafka. */
    boolean isBusy() {
        return kafka.isBusy();
    }

    /** From now on it reaches no store any more. */
    void cut() {
        wires.values().forEach(Wire::close);
        kafka.cut();
    }

    @Override
    public void close() throws IOException {
        application.close();
        wires.values().forEach(Wire::close);
    }
}
