package org.bactrian.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.bactrian.scenario.OrderBuilder.anOrder;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.bactrian.RunningApplication;
import org.bactrian.embedded.PostgresServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL is away for a while: all its databases at once, with orders in flight. */
class OutageIT {
    private static final List<String> DATABASES =
            List.of("saga", "order", "inventory", "payment", "shipping", "invoicing");
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int IN_FLIGHT = 10;
    private static final long PRICE = 2499;

    @TempDir
    Path folder;

    @Test
    void databaseAway_intakeAnswers503AndOffsetsStayAndWhatRunsGoesOnAfterwards() throws Exception {
        PostgresServer server = PostgresServer.start(folder.resolve("postgresql"), 0, DATABASES);
        int port = server.port();
        Path home = folder.resolve("home");
        Homes.installPatient(home);
        try (var application = RunningApplication.startAt(home, properties(server));
                var placed = new Topic(application.brokers(), "order.placed")) {
            var client = new Client(application);
            Books before = Books.of(client, 1);
            List<OrderBuilder> orders = new ArrayList<>();
            for (int i = 0; i < IN_FLIGHT; i++) {
                orders.add(anOrder());
                assertThat(post(client, orders.get(i)).statusCode()).isEqualTo(202);
            }
            server.close();

            var late = anOrder();
            orders.add(late);
            await().atMost(LIMIT).until(() -> post(client, late).statusCode() == 503);
            assertUnavailable(post(client, late));
            assertUnavailable(post(client, late));
            assertUnavailable(client.get("/api/sagas"));
            assertUnavailable(client.get("/api/orders/" + late.id()));
            var overKafka = anOrder();
            orders.add(overKafka);
            RecordMetadata record =
                    placed.send(overKafka.id(), overKafka.toString().getBytes(StandardCharsets.UTF_8));
            assertUnavailable(post(client, overKafka));
            assertThat(placed.committed("router", record.partition())).isNotPositive();
            server = PostgresServer.start(folder.resolve("postgresql"), port, DATABASES);

            await().atMost(LIMIT).until(() -> post(client, late).statusCode() == 202);
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(placed.committed("router", record.partition()))
                            .isGreaterThan(record.offset()));
            for (OrderBuilder order : orders) {
                await().atMost(LIMIT)
                        .untilAsserted(() -> assertThat(client.json("/api/sagas?key=" + order.id())
                                        .at("/sagas/0/status")
                                        .textValue())
                                .isEqualTo("COMPLETED"));
                assertThat(client.json("/api/sagas?key=" + order.id()).get("sagas"))
                        .hasSize(1);
            }
            await().atMost(LIMIT)
                    .untilAsserted(
                            () -> assertThat(Books.of(client, 1)).isEqualTo(before.after(2L * orders.size(), PRICE)));
        } finally {
            server.close();
        }
    }

    private static HttpResponse<String> post(Client client, OrderBuilder order) {
        return client.post(order.toString(), "Content-Type", "application/json");
    }

    private static void assertUnavailable(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }

    private static Map<String, String> properties(PostgresServer server) {
        Map<String, String> properties = new HashMap<>();
        properties.put("embedded.postgresql", "false");
        for (String database : DATABASES) {
            properties.put("database.%s.url".formatted(database), server.url(database));
            properties.put("database.%s.user".formatted(database), server.user());
            properties.put("database.%s.password".formatted(database), server.password());
        }
        return properties;
    }
}
