package org.bactrian.participants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Map;
import org.bactrian.participants.Participant.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class OrderIT {
    @SuppressWarnings("NullAway.Init")
    private static TestBroker kafka;

    @SuppressWarnings("NullAway.Init")
    private static Topics topics;

    @SuppressWarnings("NullAway.Init")
    private static Participant orders;

    private final Orders order = Orders.any("create-order");

    @BeforeAll
    static void start() throws Exception {
        kafka = new TestBroker();
        topics = new Topics(kafka.address());
        orders = new Participant("order", kafka.address()).start();
    }

    @AfterAll
    static void stop() {
        orders.close();
        topics.close();
        kafka.close();
    }

    private Answer open() {
        return orders.post("/order/orders", order.json(1), order.headers("action"));
    }

    private Answer end(String how) {
        return orders.put(
                "/order/orders/" + order.saga() + "/" + how,
                order.headers(how.equals("cancel") ? "compensation" : "completion"));
    }

    private List<Topics.Message> said() {
        await().until(orders::hasSaidAll);
        return topics.of("order.event", order.saga().toString());
    }

    private String status() {
        return orders.get("/order/orders/" + order.orderId()).toString();
    }

    @Test
    void opened_isPendingAndNothingOfTheCardIsKept() {
        String pending = "201 {\"orderId\":\"%s\",\"status\":\"PENDING\"}".formatted(order.orderId());
        assertThat(open()).hasToString(pending);
        assertThat(open()).hasToString(pending);
        assertThat(status()).isEqualTo("200 {\"status\":\"PENDING\"}");
        assertThat(orders.sql().queryForList("SELECT * FROM purchase_order").toString())
                .contains("amount=4998")
                .doesNotContain("tok-1");
    }

    @Test
    void approved_isAnnouncedUnderItsSaga() {
        open();
        Map<String, String> headers = Map.of(
                "sagaId", order.saga().toString(), "sagaStep", "create-order", "Long-Running-Action", "http://lra/1");
        String approved = """
                200 {"status":"APPROVED","orderId":"%s","customerId":1,"currency":"EUR","amount":4998}""".formatted(order.orderId());
        assertThat(orders.put("/order/orders/" + order.saga() + "/approve", headers))
                .hasToString(approved);
        assertThat(status()).isEqualTo("200 {\"status\":\"APPROVED\"}");

        assertThat(said()).singleElement().satisfies(message -> {
            assertThat(message).hasToString("OrderApproved" + approved.substring(3));
            assertThat(message.headers())
                    .containsOnlyKeys("Content-Type", "messageType", "sagaId")
                    .containsEntry("sagaId", order.saga().toString());
        });
    }

    @Test
    void approvedAgain_isAnnouncedOnce() {
        open();
        assertThat(end("approve")).hasToString(end("approve").toString());
        assertThat(said()).hasSize(1);
    }

    @Test
    void cancelled_staysCancelled() {
        open();
        assertThat(end("cancel")).hasToString("200 {\"status\":\"CANCELLED\"}");
        assertThat(end("cancel")).hasToString("200 {\"status\":\"CANCELLED\"}");
        assertThat(open().problem()).isEqualTo("409 create-order was undone before it was done");
        assertThat(end("approve").status()).isEqualTo(409);
        assertThat(status()).isEqualTo("200 {\"status\":\"CANCELLED\"}");
    }

    @Test
    void cancelledBeforeOpened_isRefusedAndLeavesNothing() {
        assertThat(end("cancel")).hasToString("204");
        assertThat(open().problem()).isEqualTo("409 create-order was undone before it was done");
        assertThat(orders.get("/order/orders/" + order.orderId()).problem())
                .isEqualTo("404 There is no order %s.".formatted(order.orderId()));
    }

    @Test
    void sameOrderUnderAnotherSaga_isRefused() {
        open();
        Orders other = new Orders(Orders.any("x").saga(), "create-order", order.orderId());
        assertThat(orders.post("/order/orders", other.json(1), other.headers("action"))
                        .problem())
                .isEqualTo("409 The order exists already, under another saga.");
    }

    @Test
    void malformed_isBadRequest() {
        assertThat(orders.post("/order/orders", "{\"orderId\": 1", order.headers("action"))
                        .status())
                .isEqualTo(400);
        assertThat(orders.post("/order/orders", "{}", order.headers("action")).status())
                .isEqualTo(400);
        assertThat(orders.put("/order/orders/me/cancel", order.headers("compensation"))
                        .problem())
                .isEqualTo("400 header sagaId must be a UUID; is 'me'");
    }

    @Test
    void databaseFails_isAnInternalErrorThatTellsNoInternals() {
        orders.sql().execute("ALTER TABLE purchase_order RENAME TO away");
        try {
            assertThat(open())
                    .hasToString("500 {\"type\":\"about:blank\",\"title\":\"Internal error\",\"status\":500,"
                            + "\"detail\":\"The participant failed. Ask again.\"}");
        } finally {
            orders.sql().execute("ALTER TABLE away RENAME TO purchase_order");
        }
        assertThat(open().status()).isEqualTo(201);
    }
}
