package org.bactrian.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.metadata.storage.FormatterException;
import org.apache.kafka.server.common.Features;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Kafka broker in this process, its own controller, for 127.0.0.1 alone. It keeps what was sent when the process
 * is killed; a power failure can cost the last seconds, as with any single broker that does not sync every message.
 */
public final class KafkaBroker implements AutoCloseable {
    /** The configuration key of its port, for complaints. */
    public static final String PORT_KEY = "embedded.kafka.port";

    /** Where it listens. */
    public static final String HOST = "127.0.0.1";

    private static final Logger LOG = LoggerFactory.getLogger(KafkaBroker.class);
    private static final int NODE_ID = 1;
    private static final Duration STOP_LIMIT = Duration.ofSeconds(3);

    private final KafkaRaftServer server;
    private final int port;

    private KafkaBroker(KafkaRaftServer server, int port) {
        this.server = server;
        this.port = port;
    }

    /**
     * Starts the broker on what an earlier one left in the folder, however that one ended.
     *
     * @param folder its own; created and formatted if missing. The port may differ from that of earlier starts.
     * @param port 0 for a free one
     * @throws CannotStart if the port is taken or Kafka refuses
     */
    public static KafkaBroker start(Path folder, int port) {
        Ports.requireFree(HOST, port, PORT_KEY);
        var actualPort = port == 0 ? Ports.free() : port;
        try {
            format(folder);
            var server = new KafkaRaftServer(
                    new KafkaConfig(settings(folder, actualPort, Ports.free()), false), Time.SYSTEM);
            var broker = new KafkaBroker(server, actualPort);
            try {
                server.startup();
            } catch (RuntimeException e) {
                broker.close();
                throw e;
            }
            return broker;
        } catch (IOException | KafkaException | FormatterException e) {
            throw new CannotStart(
                    "Kafka in %s does not start (%s); delete that folder if nothing in it is needed."
                            .formatted(folder, e.getMessage()),
                    e);
        }
    }

    /** host:port, of one broker. */
    public String bootstrapServers() {
        return HOST + ":" + port;
    }

    /** Returns soon in any case: a stop that hangs is left behind, which costs no more than a killed process does. */
    @Override
    public void close() {
        var stopping = new Thread(server::shutdown, "kafka-stop");
        stopping.setDaemon(true);
        stopping.start();
        try {
            stopping.join(STOP_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (stopping.isAlive()) {
            LOG.warn("Kafka did not stop within {}; it will recover its logs at the next start", STOP_LIMIT);
        }
    }

    private static void format(Path folder) throws IOException {
        Folders.createPrivate(folder);
        if (Files.exists(folder.resolve("meta.properties"))) {
            return;
        }
        try {
            new Formatter()
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream()))
                    .setSupportedFeatures(Features.PRODUCTION_FEATURES)
                    .setClusterId(Uuid.randomUuid().toString())
                    .setNodeId(NODE_ID)
                    .addDirectory(folder.toString())
                    .setMetadataLogDirectory(folder.toString())
                    .setControllerListenerName("CONTROLLER")
                    .setIgnoreFormatted(true)
                    .run();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private static Map<String, String> settings(Path folder, int port, int controllerPort) {
        var settings = new HashMap<String, String>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", Integer.toString(NODE_ID));
        settings.put("log.dirs", folder.toString());
        settings.put("controller.quorum.voters", "%d@%s:%d".formatted(NODE_ID, HOST, controllerPort));
        settings.put("listeners", "BROKER://%s:%d,CONTROLLER://%s:%d".formatted(HOST, port, HOST, controllerPort));
        settings.put("advertised.listeners", "BROKER://%s:%d".formatted(HOST, port));
        settings.put("listener.security.protocol.map", "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.put("inter.broker.listener.name", "BROKER");
        settings.put("controller.listener.names", "CONTROLLER");

        // one broker: no copies, and no waiting for members or brokers that may yet come
        settings.put("default.replication.factor", "1");
        settings.put("offsets.topic.replication.factor", "1");
        settings.put("offsets.topic.num.partitions", "1");
        settings.put("transaction.state.log.replication.factor", "1");
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("transaction.state.log.num.partitions", "1");
        settings.put("group.initial.rebalance.delay.ms", "0");
        // after a kill it waits this long for its former self to be declared gone; the default is 9 s
        settings.put("broker.session.timeout.ms", "3000");
        settings.put("broker.heartbeat.interval.ms", "500");
        settings.put("num.partitions", "4"); // so that a topic can have more than one consumer

        // small: it shares the process with everything else
        settings.put("num.network.threads", "2");
        settings.put("num.io.threads", "4");
        settings.put("background.threads", "2");
        settings.put("log.cleaner.dedupe.buffer.size", "2097152");
        settings.put("log.segment.bytes", "16777216");
        settings.put("log.index.size.max.bytes", "1048576");
        settings.put("log.retention.hours", "168");
        settings.put("metrics.jmx.exclude", ".*"); // thousands of MBeans that would bury the routes in Hawtio
        return settings;
    }
}
