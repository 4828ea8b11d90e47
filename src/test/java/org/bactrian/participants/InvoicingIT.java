package org.bactrian.participants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Map;
import org.bactrian.participants.Topics.Message;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class InvoicingIT {
    @SuppressWarnings("NullAway.Init")
    private static TestBroker kafka;

    @SuppressWarnings("NullAway.Init")
    private static Topics topics;

    @SuppressWarnings("NullAway.Init")
    private static Participant invoicing;

    @SuppressWarnings("NullAway.Init")
    private static TestSagas sagas;

    private final Orders order = Orders.any("fulfil-order");
    private final String lra = sagas.begin();

    @BeforeAll
    static void start() throws Exception {
        kafka = new TestBroker();
        topics = new Topics(kafka.address());
        invoicing = new Participant("invoicing", kafka.address());
        sagas = new TestSagas(invoicing.context());
        invoicing.start();
    }

    @AfterAll
    static void stop() {
        invoicing.close();
        topics.close();
        kafka.close();
    }

    private void shipped(long customer) {
        shipped("""
                {"orderId": "%s", "customerId": %d, "currency": "EUR", "amount": 4998, "trackingNumber": "T1"}""".formatted(order.orderId(), customer));
    }

    private void shipped(String body) {
        Map<String, String> headers = Map.of(
                "sagaId", order.saga().toString(), "messageType", "ShipmentArranged", "Long-Running-Action", lra);
        topics.send("order.event", order.saga().toString(), headers, body);
    }

    /** What invoicing said, after it has dealt with everything. */
    private List<Message> said() {
        await().until(() -> topics.uncommitted("order.event", "invoicing") == 0 && invoicing.hasSaidAll());
        return topics.of("order.event", order.saga().toString()).stream()
                .filter(message -> !"ShipmentArranged".equals(message.headers().get("messageType")))
                .toList();
    }

    private String status() {
        return invoicing.get("/invoicing/invoices/" + order.orderId()).toString();
    }

    @Test
    void shippedTwice_isInvoicedOnceAndSaidTwiceWithTheSameWords() {
        shipped(7);
        shipped(7);
        assertThat(said()).hasSize(2).allSatisfy(message -> {
            String number = Participant.parse(message.body()).path("number").asText();
            assertThat(message)
                    .hasToString(
                            "InvoiceIssued {\"orderId\":\"%s\",\"number\":\"%s\"}".formatted(order.orderId(), number));
            assertThat(message.headers())
                    .isEqualTo(Map.of(
                            "sagaId",
                            order.saga().toString(),
                            "messageType",
                            "InvoiceIssued",
                            "sagaStep",
                            "issue-invoice",
                            "sagaCall",
                            "action",
                            "Long-Running-Action",
                            lra,
                            "Content-Type",
                            "application/json"));
            assertThat(status()).isEqualTo("200 {\"status\":\"ISSUED\",\"number\":\"%s\"}".formatted(number));
        });
    }

    @Test
    void compensated_isCancelled() {
        shipped(7);
        assertThat(said()).hasSize(1);
        sagas.compensate(lra);
        await().until(() -> status().contains("CANCELLED"));
    }

    @Test
    void uninvoicedCustomer_isRefusedAndLeavesNothing() {
        shipped(666);
        assertThat(said())
                .extracting(Message::toString)
                .containsExactly("InvoiceRefused {\"reason\":\"customer 666 cannot be invoiced\"}");
        assertThat(status()).startsWith("404");
    }

    @Test
    void sagaEndedBefore_leavesNothingAndSaysNothing() {
        sagas.compensate(lra);
        shipped(7);
        assertThat(said()).isEmpty();
        assertThat(status()).startsWith("404");
    }

    @Test
    void malformed_isBuriedInsteadOfBlockingTheTopic() {
        shipped("{");
        shipped("{\"orderId\": \"o\"}");
        assertThat(said()).isEmpty();
        assertThat(topics.all("order.event.dead"))
                .filteredOn(buried ->
                        order.saga().toString().equals(buried.headers().get("originKey")))
                .extracting(Message::body)
                .containsExactly("{", "{\"orderId\": \"o\"}");
    }
}
