package org.bactrian.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.bactrian.scenario.OrderBuilder.anOrder;

import com.fasterxml.jackson.databind.JsonNode;
import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.bactrian.RunningApplication;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Inventory stands still, so that two orders run, four wait in the log, and more are not taken. */
class OverloadIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int RUNNING = 2;
    private static final int WAITING = 4;
    private static final int RECORDS = 12;
    private static final int CONSUMERS = 4;
    private static final long PRICE = 2499;
    private static final Map<String, String> LIMITS =
            Map.of("saga.running.most", String.valueOf(RUNNING), "saga.waiting.most", String.valueOf(WAITING));

    @TempDir
    Path folder;

    @Test
    void moreOrdersThanCanBeDone_waitOrAreRefusedOrStayOnTheTopic_andAllThatWereTakenEnd() throws Exception {
        Path home = folder.resolve("home");
        Homes.installPatient(home);
        try (var application = RunningApplication.startAt(home, LIMITS);
                var placed = new Topic(application.brokers(), "order.placed")) {
            var client = new Client(application);
            JdbcClient log = JdbcClient.create(application.bean("sagaDatabase", DataSource.class));
            Books before = Books.of(client, 1);
            List<OrderBuilder> orders = new ArrayList<>();
            List<RecordMetadata> records = new ArrayList<>();
            await().atMost(LIMIT).until(() -> placed.members("router").size() == CONSUMERS);
            Set<String> members = placed.members("router");
            try (Connection standstill = lockStock(application)) {
                for (int i = 0; i < RUNNING + WAITING; i++) {
                    OrderBuilder order = anOrder();
                    orders.add(order);
                    await().atMost(LIMIT).until(() -> post(client, order).statusCode() == 202);
                }
                assertWaitingSince(client, orders.get(RUNNING + WAITING - 1));

                assertRefused(client, log, anOrder());
                assertThat(post(client, orders.get(RUNNING)).statusCode()).isEqualTo(202);
                for (int i = 0; i < RECORDS; i++) {
                    var order = anOrder();
                    orders.add(order);
                    records.add(placed.send(order.id(), order.toString().getBytes(StandardCharsets.UTF_8)));
                }
                assertRefused(client, log, anOrder());
                assertThat(committed(placed, records)).isEmpty();
                assertMeasured(application.bean("metricsRegistry", MeterRegistry.class));
                standstill.rollback();
            }

            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(committed(placed, records)).hasSize(RECORDS));
            for (OrderBuilder order : orders) {
                await().atMost(LIMIT)
                        .untilAsserted(() -> assertThat(
                                        sagaOf(client, order).get("status").textValue())
                                .isEqualTo("COMPLETED"));
            }
            assertThat(sagaOf(client, orders.get(RUNNING)).get("waiting").isNull())
                    .isTrue();
            assertThat(count(log, "saga")).isEqualTo(orders.size());
            await().atMost(LIMIT)
                    .untilAsserted(
                            () -> assertThat(Books.of(client, 1)).isEqualTo(before.after(2L * orders.size(), PRICE)));
            assertThat(placed.members("router")).as("nobody left the group").isEqualTo(members);
        }
    }

    @Test
    void fewerMayBeInMemoryThanRun_theStartIsRefusedAndNamesTheKey() {
        assertThatThrownBy(() -> RunningApplication.start(Map.of("saga.running.most", "8", "saga.live.most", "7")))
                .hasStackTraceContaining("saga.live.most must be 8 to");
    }

    /** Nobody can reserve anything until it is let go. */
    private static Connection lockStock(RunningApplication application) throws SQLException {
        HikariDataSource inventory =
                application.bean("inventoryDatabase", DataSource.class).unwrap(HikariDataSource.class);
        Connection standstill =
                DriverManager.getConnection(inventory.getJdbcUrl(), inventory.getUsername(), inventory.getPassword());
        standstill.setAutoCommit(false);
        standstill.createStatement().execute("LOCK TABLE stock IN ACCESS EXCLUSIVE MODE");
        return standstill;
    }

    private static void assertRefused(Client client, JdbcClient log, OrderBuilder order) {
        long records = count(log, "saga_record");
        HttpResponse<String> answer = post(client, order);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("5");
        assertThat(Client.json(answer).get("title").textValue()).isEqualTo("Too much to do");
        assertThat(client.json("/api/sagas?key=" + order.id()).get("sagas")).isEmpty();
        assertThat(count(log, "saga")).isEqualTo(RUNNING + WAITING);
        assertThat(count(log, "saga_key")).isEqualTo(RUNNING + WAITING);
        assertThat(count(log, "saga_record")).isEqualTo(records);
    }

    private static void assertMeasured(MeterRegistry metrics) {
        assertThat(metrics.get("saga.running").gauge().value()).isEqualTo(RUNNING);
        assertThat(metrics.get("saga.live").gauge().value()).isEqualTo(RUNNING);
        assertThat(metrics.get("saga.waiting").gauge().value()).isEqualTo(WAITING);
        assertThat(metrics.get("saga.refused").functionCounter().count()).isGreaterThanOrEqualTo(2);
    }

    private static void assertWaitingSince(Client client, OrderBuilder order) {
        JsonNode listed = sagaOf(client, order);
        assertThat(listed.get("status").textValue()).isEqualTo("STARTED");
        assertThat(listed.at("/waiting/since").isTextual()).isTrue();
        JsonNode saga = client.json("/api/sagas/" + listed.get("sagaId").textValue());
        assertThat(saga.at("/waiting/since")).isEqualTo(listed.at("/waiting/since"));
        assertThat(saga.get("steps")).isEmpty();
    }

    private static List<RecordMetadata> committed(Topic topic, List<RecordMetadata> records) throws Exception {
        List<RecordMetadata> committed = new ArrayList<>();
        for (RecordMetadata record : records) {
            if (topic.committed("router", record.partition()) > record.offset()) {
                committed.add(record);
            }
        }
        return committed;
    }

    private static JsonNode sagaOf(Client client, OrderBuilder order) {
        return client.json("/api/sagas?key=" + order.id()).at("/sagas/0");
    }

    private static HttpResponse<String> post(Client client, OrderBuilder order) {
        return client.post(order.toString(), "Content-Type", "application/json");
    }

    private static long count(JdbcClient log, String table) {
        return log.sql("SELECT count(*) FROM " + table).query(Long.class).single();
    }
}
