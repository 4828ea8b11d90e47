package org.bactrian.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.bactrian.scenario.OrderBuilder.anOrder;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
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
    void otherEncodings_areBuriedAndTheIdCanStillBeUsed() throws Exception {
        var order = anOrder();
        byte[] utf16 = order.toString().getBytes(StandardCharsets.UTF_16LE);
        byte[] marked = bytes("\ufeff" + order);

        assertBuried(placed.send(order.id(), utf16), utf16, "not JSON in UTF-8");
        assertBuried(placed.send(order.id(), marked), marked, "not JSON in UTF-8");
        placed.send(order.id(), bytes(order.toString().replace("\"quantity\":2", "\"quantity\":2.0")));

        await().atMost(LIMIT)
                .untilAsserted(() ->
                        assertThat(sagaOf(order).get("status").textValue()).isEqualTo("COMPLETED"));
    }

    @Test
    void whatNoDatabaseTakes_isBuriedAndNamed() throws Exception {
        byte[] nul = bytes(anOrder().paidWith("tok-\u0000").toString());
        byte[] half = bytes(anOrder().toString().replace("\"EUR\"", "\"\\ud800\""));
        byte[] huge = bytes(anOrder().toString().replace("\"unitPrice\":2499", "\"unitPrice\":1e999999"));

        assertBuried(placed.send("\u0000", nul), nul, "/payment/cardToken");
        assertBuried(placed.send("x", half), half, "/currency");
        assertBuried(placed.send("x", huge), huge, "/items/0/unitPrice");
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
    void binaryKeyAndHeadersRepeatedOnesToo_areBuriedAsTheyCame() throws Exception {
        byte[] binary = {(byte) 0xff, 0, (byte) 0xfe};
        Header[] headers = {
            new RecordHeader("trace", binary),
            new RecordHeader("Trace", bytes("2")),
            new RecordHeader("trace", bytes("3")),
            new RecordHeader("nothing", (byte[]) null),
            new RecordHeader("CamelFileName", bytes("x")),
        };
        Header forged = new RecordHeader("originValue", bytes("none"));
        Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);

        RecordMetadata record = placed.sendRaw(
                binary,
                bytes("{oops"),
                Stream.concat(Stream.of(headers), Stream.of(forged)).toArray(Header[]::new));

        ConsumerRecord<String, byte[]> buried = assertBuried(record, bytes("{oops"), "not JSON");
        assertThat(buried.headers()).startsWith(headers);
        assertThat(buried.headers().lastHeader("originKey").value()).isEqualTo(binary);
        assertThat(Instant.parse(header(buried, "originAt"))).isBetween(before, Instant.now());
        assertThat(Stream.of(buried.headers().toArray()).skip(headers.length).map(Header::key))
                .containsExactlyInAnyOrder(
                        "reasons", "originTopic", "originPartition", "originOffset", "originKey", "originAt");
    }

    @Test
    void moreThanALetterCanBe_isBuriedWithoutItsBodyAndTheNextOneIsRead() throws Exception {
        byte[] fits = "a".repeat(4_000_000).getBytes(StandardCharsets.UTF_8);
        byte[] tooLarge = "a".repeat(40_000_000).getBytes(StandardCharsets.UTF_8);

        assertBuried(placed.sendRaw(bytes("x"), fits, new RecordHeader("trace", bytes("1"))), fits, "not JSON");
        RecordMetadata record = placed.sendRaw(bytes("x"), tooLarge, new RecordHeader("trace", bytes("1")));
        RecordMetadata next = placed.sendRaw(bytes("x"), bytes("{oops"));

        ConsumerRecord<String, byte[]> stub = buried(record);
        assertThat(stub.value()).isEmpty();
        assertThat(header(stub, "originValue")).isEqualTo("omitted");
        assertThat(header(stub, "originKey")).isEqualTo("x");
        assertThat(header(stub, "trace")).isEmpty();
        assertThat(header(stub, "reasons"))
                .contains("not JSON")
                .containsPattern("larger than a dead letter can be \\(40000[0-9]{3} bytes\\)$");
        assertBuried(next, bytes("{oops"), "not JSON");
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

    private ConsumerRecord<String, byte[]> buried(RecordMetadata origin) {
        return dead.find(record -> header(record, "originOffset").equals(String.valueOf(origin.offset()))
                && header(record, "originPartition").equals(String.valueOf(origin.partition())));
    }

    private ConsumerRecord<String, byte[]> assertBuried(
            RecordMetadata origin, byte @Nullable [] body, String... reasons) {
        ConsumerRecord<String, byte[]> buried = buried(origin);
        assertThat(header(buried, "originTopic")).isEqualTo("order.placed");
        assertThat(header(buried, "reasons")).contains(reasons);
        assertThat(buried.value()).isEqualTo(body == null ? new byte[0] : body);
        assertThat(header(buried, "originValue")).isEqualTo(body == null ? "none" : "");
        assertThat(buried.key()).isEqualTo("order.placed-%d@%d".formatted(origin.partition(), origin.offset()));
        return buried;
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
