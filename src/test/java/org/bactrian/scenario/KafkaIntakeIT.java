package org.bactrian.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.bactrian.scenario.OrderBuilder.anOrder;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.bactrian.RunningApplication;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Orders on the topic order.placed: the same rules as over HTTP; what cannot be taken is kept with the reasons. */
@ExtendWith(RunningApplication.Extension.class)
class KafkaIntakeIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private Client client;
    private Topic placed;
    private Topic dead;

    @BeforeEach
    void connect(RunningApplication application) {
        client = new Client(application);
        placed = new Topic(application.brokers(), "order.placed");
        dead = new Topic(application.brokers(), "order.placed.dead");
    }

    @AfterEach
    void disconnect() {
        placed.close();
        dead.close();
    }

    @Test
    void goodOrder_becomesASagaAndItsOffsetIsCommitted() throws Exception {
        var order = anOrder();

        RecordMetadata record = placed.send(order.id(), bytes(order.toString()));

        await().atMost(LIMIT)
                .untilAsserted(() ->
                        assertThat(sagaOf(order).get("status").textValue()).isEqualTo("COMPLETED"));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(placed.committed("router", record.partition()))
                        .isGreaterThan(record.offset()));
    }

    @Test
    void sameOrderTwice_isOneSaga() throws Exception {
        var order = anOrder();

        placed.send(order.id(), bytes(order.toString()));
        RecordMetadata second = placed.send(order.id(), bytes(order.toString()));

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(placed.committed("router", second.partition()))
                        .isGreaterThan(second.offset()));
        assertThat(client.json("/api/sagas?key=" + order.id()).get("sagas")).hasSize(1);
    }

    @Test
    void otherOrderUnderTheSameId_isBuriedWithTheReason() throws Exception {
        var order = anOrder();
        placed.send(order.id(), bytes(order.toString()));
        byte[] other = bytes(order.of("A-1", 7).toString());

        RecordMetadata record = placed.send(order.id(), other);

        assertBuried(record, other, order.id() + " was submitted to order-pipeline before");
    }

    @Test
    void noOrder_isBuriedWithEveryReason() throws Exception {
        byte[] body = bytes("{\"orderId\": \"o-1\", \"customerId\": \"one\"}");

        assertBuried(placed.send("x", body), body, "/customerId", "currency", "items");
    }

    @Test
    void notJsonNotUtf8OrNothingAtAll_isBuried() throws Exception {
        byte[] broken = bytes("{oops");
        byte[] latin1 = anOrder().shippedTo("ÄÖ").toString().getBytes(StandardCharsets.ISO_8859_1);

        assertBuried(placed.send("x", broken), broken, "not JSON");
        assertBuried(placed.send("x", latin1), latin1, "not JSON");
        assertBuried(placed.send("x", null), null, "not JSON");
    }

    @Test
    void replyToNoSagaAtAll_isBuriedAndTheNextOneIsRead(RunningApplication application) throws Exception {
        try (var replies = new Topic(application.brokers(), "inventory.reply");
                var buried = new Topic(application.brokers(), "inventory.reply.dead")) {
            RecordMetadata nobody = replies.send("x", bytes("{}"));

            buried.find(record -> header(record, "originOffset").equals(String.valueOf(nobody.offset()))
                    && header(record, "reasons").contains("sagaId"));
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(replies.committed("router-replies", nobody.partition()))
                            .isGreaterThan(nobody.offset()));
        }
    }

    @Test
    void whatTheSenderSaysOfSagas_isIgnored() throws Exception {
        var order = anOrder();

        placed.send(
                new ProducerRecord<>("order.placed", null, order.id(), bytes(order.toString())),
                Map.of(
                        "sagaId",
                        "x",
                        "Long-Running-Action",
                        "http://127.0.0.1:1/x",
                        "orderId",
                        "o-other",
                        "messageType",
                        "X"));

        await().atMost(LIMIT)
                .untilAsserted(() ->
                        assertThat(sagaOf(order).get("status").textValue()).isEqualTo("COMPLETED"));
    }

    private void assertBuried(RecordMetadata origin, byte @Nullable [] body, String... reasons) {
        ConsumerRecord<String, byte[]> buried =
                dead.find(record -> header(record, "originOffset").equals(String.valueOf(origin.offset()))
                        && header(record, "originPartition").equals(String.valueOf(origin.partition())));
        assertThat(header(buried, "originTopic")).isEqualTo("order.placed");
        assertThat(header(buried, "reasons")).contains(reasons);
        assertThat(buried.value()).isEqualTo(body == null ? new byte[0] : body);
        assertThat(header(buried, "originValue")).isEqualTo(body == null ? "none" : "");
        assertThat(buried.key()).isEqualTo("order.placed-%d@%d".formatted(origin.partition(), origin.offset()));
    }

    private JsonNode sagaOf(OrderBuilder order) {
        return client.json("/api/sagas?key=" + order.id()).at("/sagas/0");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String header(ConsumerRecord<String, byte[]> record, String name) {
        var header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }
}
