package org.bactrian.fault;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import javax.sql.DataSource;
import org.apache.camel.component.http.HttpComponent;
import org.apache.camel.component.kafka.KafkaComponent;
import org.bactrian.RunningApplication;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The application as shipped, of its own, with the test between router and participants and around each barrier. */
final class TroubledApplication implements AutoCloseable {
    private final RunningApplication application;
    private final FaultyKafka kafka;
    private final FaultyHttp http;
    private final Backlog backlog;

    /** @param more properties that win over the checkout's */
    TroubledApplication(Map<String, String> more) throws IOException {
        var properties = new HashMap<>(more);
        properties.put("camel.component.kafka.kafkaClientFactory", "#class:" + FaultyKafka.class.getName());
        properties.put("camel.component.http.httpClientConfigurer", "#class:" + FaultyHttp.class.getName());
        properties.put("camel.beans.faultyBarrier", "#class:" + FaultyBarrier.class.getName());
        application = RunningApplication.start(properties);
        var context = application.context();
        kafka = (FaultyKafka)
                context.getComponent("kafka", KafkaComponent.class).getKafkaClientFactory();
        http = (FaultyHttp) context.getComponent("http", HttpComponent.class).getHttpClientConfigurer();
        backlog = new Backlog(application.brokers());
    }

    /** When it works as it will: then faults can begin. */
    void awaitBalance() {
        await().atMost(Duration.ofSeconds(30)).until(backlog::isBalanced);
    }

    void disturb(Traffic traffic) {
        kafka.disturb(traffic);
        http.disturb(traffic);
    }

    void disturb(Traffic traffic, Function<String, Script> scripts) {
        disturb(traffic);
        application.bean("faultyBarrier", FaultyBarrier.class).follow(scripts);
    }

    RunningApplication application() {
        return application;
    }

    JdbcClient sql(String database) {
        return JdbcClient.create(application.bean(database + "Database", DataSource.class));
    }

    /** What is still on its way: held by the test, unread, or not published yet. Empty when nothing can happen any more. */
    Map<String, Long> unfinished() throws ExecutionException, InterruptedException {
        var ends = backlog.ends();
        Map<String, Long> unfinished = backlog.unread();
        unfinished.put("held", (long) kafka.held() + http.held());
        for (String participant : List.of("order", "inventory", "shipping", "invoicing")) {
            unfinished.put("outbox of " + participant, outbox(participant));
        }
        unfinished.values().removeIf(number -> number == 0);
        if (unfinished.isEmpty() && !backlog.ends().equals(ends)) {
            unfinished.put("topics that grew", 1L);
        }
        return unfinished;
    }

    /** How many records were given up as poison. */
    long buried() throws ExecutionException, InterruptedException {
        return backlog.buried();
    }

    private long outbox(String participant) {
        return sql(participant)
                .sql("SELECT count(*) FROM outbox")
                .query(Long.class)
                .single();
    }

    @Override
    public void close() throws IOException {
        backlog.close();
        application.close();
    }
}
