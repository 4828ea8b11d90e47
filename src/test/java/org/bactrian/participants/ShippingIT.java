package org.bactrian.participants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Map;
import org.bactrian.participants.Topics.Message;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ShippingIT {
    @SuppressWarnings("NullAway.Init")
    private static TestBroker kafka;

    @SuppressWarnings("NullAway.Init")
    private static Topics topics;

    @SuppressWarnings("NullAway.Init")
    private static Participant shipping;

    @SuppressWarnings("NullAway.Init")
    private static TestSagas sagas;

    private final Orders order = Orders.any("fulfil-order");
    private final String lra = sagas.begin();

    @BeforeAll
    static void start() throws Exception {
        kafka = new TestBroker();
        topics = new Topics(kafka.address());
        shipping = new Participant("shipping", kafka.address());
        sagas = new TestSagas(shipping.context());
        shipping.start();
    }

    @AfterAll
    static void stop() {
        shipping.close();
        topics.close();
        kafka.close();
    }

    private void request(String body) {
        Map<String, String> headers = Map.of(
                "sagaId", order.saga().toString(), "messageType", "FulfilmentRequested", "Long-Running-Action", lra);
        topics.send("order.event", order.saga().toString(), headers, body);
    }

    /** What shipping said, after it has dealt with everything. */
    private List<Message> said() {
        await().until(() -> topics.uncommitted("order.event", "shipping") == 0 && shipping.hasSaidAll());
        return topics.of("order.event", order.saga().toString()).stream()
                .filter(message ->
                        !"FulfilmentRequested".equals(message.headers().get("messageType")))
                .toList();
    }

    private String status() {
        return shipping.get("/shipping/shipments/" + order.orderId()).toString();
    }

    @Test
    void requestedTwice_isArrangedOnceAndSaidTwiceWithTheSameWords() {
        request(order.json(7));
        request(order.json(7));
        assertThat(said()).hasSize(2).allSatisfy(message -> {
            var body = Participant.parse(message.body());
            String tracking = body.path("trackingNumber").asText();
            assertThat(message).hasToString("""
                            ShipmentArranged {"orderId":"%s","customerId":7,"currency":"EUR","amount":4998,"trackingNumber":"%s"}""".formatted(order.orderId(), tracking));
            assertThat(message.headers())
                    .isEqualTo(Map.of(
                            "sagaId",
                            order.saga().toString(),
                            "messageType",
                            "ShipmentArranged",
                            "sagaStep",
                            "arrange-shipment",
                            "sagaCall",
                            "action",
                            "Long-Running-Action",
                            lra,
                            "Content-Type",
                            "application/json"));
            assertThat(status())
                    .isEqualTo("200 {\"status\":\"ARRANGED\",\"trackingNumber\":\"%s\"}".formatted(tracking));
        });
    }

    @Test
    void compensated_isCancelled() {
        request(order.json(7));
        assertThat(said()).hasSize(1);
        sagas.compensate(lra);
        await().until(() -> status().contains("CANCELLED"));
    }

    @Test
    void unreachableCountry_isRefusedAndLeavesNothing() {
        request(order.json(7).replace("DE", "XX"));
        assertThat(said())
                .extracting(Message::toString)
                .containsExactly("ShipmentRefused {\"reason\":\"cannot ship to XX\"}");
        sagas.compensate(lra);
        await().until(() -> shipping.sql()
                .queryForList(
                        "SELECT outcome FROM saga_barrier WHERE saga_id = ? ORDER BY call", String.class, order.saga())
                .equals(List.of("refused", "nothing")));
        assertThat(status()).startsWith("404");
    }

    @Test
    void sagaEndedBefore_leavesNothingAndSaysNothing() {
        sagas.compensate(lra);
        request(order.json(7));
        assertThat(said()).isEmpty();
        assertThat(status()).startsWith("404");
        assertThat(shipping.sql().queryForList("SELECT FROM saga_barrier WHERE saga_id = ?", order.saga()))
                .isEmpty();
    }

    @Test
    void malformed_isBuriedInsteadOfBlockingTheTopic() {
        request("{");
        request("{\"orderId\": \"o\"}");
        assertThat(said()).isEmpty();
        assertThat(topics.all("order.event.dead"))
                .filteredOn(buried ->
                        order.saga().toString().equals(buried.headers().get("originKey")))
                .extracting(Message::body)
                .containsExactly("{", "{\"orderId\": \"o\"}");
    }

    @Test
    void eventOfNoSaga_isBuried() {
        topics.send(
                "order.event",
                order.saga().toString(),
                Map.of("sagaId", order.saga().toString(), "messageType", "FulfilmentRequested"),
                order.json(7));
        assertThat(said()).isEmpty();
        assertThat(topics.all("order.event.dead"))
                .filteredOn(buried ->
                        order.saga().toString().equals(buried.headers().get("originKey")))
                .singleElement()
                .satisfies(buried -> assertThat(buried.headers().get("reasons")).contains("not part of a saga"));
        assertThat(status()).startsWith("404");
    }

    @Test
    void otherEvents_areIgnored() {
        topics.send("order.event", order.saga().toString(), Map.of("messageType", "OrderApproved"), "{}");
        assertThat(said()).hasSize(1);
        assertThat(status()).startsWith("404");
    }
}
