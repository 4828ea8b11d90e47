package org.bactrian.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.bactrian.scenario.OrderBuilder.anOrder;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.bactrian.RunningApplication;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service that follows events outside the saga: one folder in routes/participants, the router as it is shipped. */
class ChoreographyIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @SuppressWarnings("NullAway.Init")
    private static RunningApplication application;

    @SuppressWarnings("NullAway.Init")
    private static Client client;

    @BeforeAll
    static void start(@TempDir Path home) throws IOException {
        Homes.install(home, Path.of("examples/choreographed"));
        application = RunningApplication.start(home, null);
        client = new Client(application);
    }

    @AfterAll
    static void stop() throws IOException {
        application.close();
    }

    @Test
    void approvedOrder_givesPoints() {
        client.place(anOrder().by(71).of("A-1", 3));

        await().atMost(LIMIT).untilAsserted(() -> assertThat(points(71)).isEqualTo("{\"points\" : 74}"));
    }

    @Test
    void abortedOrder_givesNone() {
        client.place(anOrder().by(72).paidWith("tok-9999"));
        client.place(anOrder().by(72).of("A-1", 1));

        await().atMost(LIMIT).untilAsserted(() -> assertThat(points(72)).isEqualTo("{\"points\" : 24}"));
    }

    @Test
    void approvalHeardTwice_givesPointsOnce() throws Exception {
        var order = anOrder().by(73).of("A-1", 1);
        String saga = Client.json(client.place(order)).get("sagaId").textValue();
        try (var events = new Topic(application.brokers(), "order.event")) {
            ConsumerRecord<String, byte[]> approved = events.find(record -> saga.equals(record.key())
                    && "OrderApproved".equals(headers(record).get("messageType")));
            var again = events.send(
                    new ProducerRecord<>("order.event", null, approved.key(), approved.value()), headers(approved));

            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(events.committed("loyalty", again.partition()))
                            .isGreaterThan(again.offset()));
        }
        assertThat(points(73)).isEqualTo("{\"points\" : 24}");
    }

    private static String points(long customer) {
        return client.get("/loyalty/members/" + customer).body();
    }

    private static Map<String, String> headers(ConsumerRecord<String, byte[]> record) {
        Map<String, String> headers = new HashMap<>();
        record.headers()
                .forEach(header -> headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
        return headers;
    }
}
