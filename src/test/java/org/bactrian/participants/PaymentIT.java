package org.bactrian.participants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bactrian.participants.Orders.item;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.bactrian.participants.Participant.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PaymentIT {
    @SuppressWarnings("NullAway.Init")
    private static Participant payment;

    private final Orders order = Orders.any("authorize-payment");

    @BeforeAll
    static void start() {
        payment = new Participant("payment", "127.0.0.1:1").start();
    }

    @AfterAll
    static void stop() {
        payment.close();
    }

    private Answer authorize(long customer) {
        return authorize(order.json(customer));
    }

    private Answer authorize(String body) {
        return payment.post("/payment/authorizations", body, order.headers("action"));
    }

    private Answer end(String how) {
        return payment.put(
                "/payment/authorizations/" + order.saga() + "/" + how,
                order.headers(how.equals("void") ? "compensation" : "completion"));
    }

    private String books(long customer) {
        return payment.get("/payment/customers/" + customer).toString();
    }

    private String status() {
        return payment.get("/payment/authorizations/" + order.orderId()).toString();
    }

    private static String booksOf(long customer, long limit, long authorized, long captured) {
        return """
                200 {"customerId":%d,"creditLimit":%d,"authorized":%d,"captured":%d}""".formatted(customer, limit, authorized, captured);
    }

    private static final long USUAL = 1_000_000_000_000_000L;

    @Test
    void authorizedAndCaptured_isInTheBooksOnceHoweverOftenAsked() {
        assertThat(authorize(10)).hasToString("201 {\"status\":\"AUTHORIZED\",\"amount\":4998}");
        assertThat(authorize(10)).hasToString("201 {\"status\":\"AUTHORIZED\",\"amount\":4998}");
        assertThat(books(10)).isEqualTo(booksOf(10, USUAL, 4998, 0));

        assertThat(end("capture")).hasToString("200 {\"status\":\"CAPTURED\",\"amount\":4998}");
        assertThat(end("capture")).hasToString("200 {\"status\":\"CAPTURED\",\"amount\":4998}");
        assertThat(books(10)).isEqualTo(booksOf(10, USUAL, 0, 4998));
        assertThat(status()).isEqualTo("200 {\"status\":\"CAPTURED\",\"amount\":4998}");
    }

    @Test
    void authorizedAndVoided_givesTheLimitBackOnce() {
        authorize(11);
        assertThat(end("void")).hasToString("200 {\"status\":\"VOIDED\",\"amount\":4998}");
        assertThat(end("void")).hasToString("200 {\"status\":\"VOIDED\",\"amount\":4998}");
        assertThat(books(11)).isEqualTo(booksOf(11, USUAL, 0, 0));
        assertThat(authorize(11).problem()).isEqualTo("409 authorize-payment was undone before it was done");
    }

    @Test
    void voidedBeforeAuthorized_isRefusedAndLeavesNothing() {
        assertThat(end("void")).hasToString("204");
        assertThat(authorize(12).problem()).isEqualTo("409 authorize-payment was undone before it was done");
        assertThat(status()).startsWith("404");
        assertThat(books(12)).isEqualTo(booksOf(12, USUAL, 0, 0));
    }

    @Test
    void cardDeclined_isRefusedAgainAndItsVoidUndoesNothing() {
        String declined = order.json(13, "tok-9999", item("A-1", 1, 1));
        assertThat(authorize(declined).problem()).isEqualTo("409 card declined");
        assertThat(authorize(declined).problem()).isEqualTo("409 card declined");
        assertThat(end("void")).hasToString("204");
        assertThat(status()).startsWith("404");
    }

    @Test
    void noCard_isDeclined() {
        String body = order.json(13).replace("cardToken", "other");
        assertThat(authorize(body).problem()).isEqualTo("409 card declined");
    }

    @Test
    void unknownCustomer_isRefusedAsUnprocessable() {
        assertThat(authorize(404).problem()).isEqualTo("422 unknown customer 404");
        assertThat(authorize(404).problem()).isEqualTo("422 unknown customer 404");
        assertThat(payment.get("/payment/customers/404").problem()).isEqualTo("404 There is no customer 404.");
        assertThat(payment.get("/payment/customers/0").status()).isEqualTo(404);
    }

    @Test
    void manyAtOnceOverTheLimit_neverExceedIt() throws Exception {
        Callable<Answer> one = () -> {
            Orders any = Orders.any("authorize-payment");
            return payment.post(
                    "/payment/authorizations", any.json(456, "tok-1", item("A-1", 1, 9_000)), any.headers("action"));
        };
        ExecutorService clients = Executors.newFixedThreadPool(8);
        List<Future<Answer>> answers =
                clients.invokeAll(Stream.generate(() -> one).limit(12).toList());
        clients.shutdown();
        int authorized = 0;
        for (Future<Answer> answer : answers) {
            if (answer.get().status() == 201) {
                authorized++;
            } else {
                assertThat(answer.get().problem()).isEqualTo("409 over the limit: 9000 asked, 5000 left of 50000");
            }
        }
        assertThat(authorized).isEqualTo(5);
        assertThat(books(456)).isEqualTo(booksOf(456, 50_000, 45_000, 0));
    }

    @Test
    void malformed_isNamedAndLeavesNothing() {
        assertThat(authorize("{").status()).isEqualTo(400);
        assertThat(authorize("{}").problem()).isEqualTo("409 card declined");
        Orders other = Orders.any("authorize-payment");
        Answer huge = payment.post(
                "/payment/authorizations",
                other.json(14, "tok-1", item("A-1", Long.MAX_VALUE, Long.MAX_VALUE)),
                other.headers("action"));
        assertThat(huge.status()).isEqualTo(400);
        assertThat(payment.post("/payment/authorizations", other.json(14), Map.of())
                        .problem())
                .isEqualTo("400 header sagaId must be set");
        assertThat(payment.get("/payment/customers/me").status()).isEqualTo(400);
    }

    @Test
    void capturedAndThenVoided_isAContradiction() {
        authorize(15);
        end("capture");
        assertThat(end("void").problem()).startsWith("409 a step must be either completed or compensated");
        assertThat(books(15)).isEqualTo(booksOf(15, USUAL, 0, 4998));
    }
}
