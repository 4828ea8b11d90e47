package org.bactrian.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bactrian.scenario.OrderBuilder.anOrder;

import com.fasterxml.jackson.databind.JsonNode;
import org.bactrian.RunningApplication;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An order that goes through, and each refusal a newcomer can provoke with what is left of it. */
@ExtendWith(RunningApplication.Extension.class)
class OrderPipelineIT {
    private Client client;

    @BeforeEach
    void connect(RunningApplication application) {
        client = new Client(application);
    }

    @Test
    void goodOrder_completesAndEveryParticipantHasConfirmed() {
        var order = anOrder().by(77);
        Books before = Books.of(client, 77);

        var answer = client.place(order);

        assertThat(answer.statusCode()).isEqualTo(200);
        JsonNode accepted = Client.json(answer);
        String sagaId = accepted.get("sagaId").textValue();
        assertThat(accepted.toString())
                .isEqualTo("{\"orderId\":\"%s\",\"sagaId\":\"%s\",\"status\":\"COMPLETED\"}"
                        .formatted(order.id(), sagaId));
        assertThat(answer.headers().firstValue("Location")).hasValue("/api/sagas/" + sagaId);
        assertThat(answer.headers().firstValue("Long-Running-Action").orElseThrow())
                .endsWith("/lra-coordinator/" + sagaId);
        assertThat(client.logOf(accepted)).isEqualTo("""
                COMPLETED
                create-order       COMPLETED
                reserve-inventory  COMPLETED
                authorize-payment  COMPLETED
                fulfil-order       SUCCEEDED
                arrange-shipment   SUCCEEDED joined
                issue-invoice      SUCCEEDED joined
                """);
        JsonNode composed = client.json("/api/orders/" + order.id());
        assertThat(composed.at("/shipment/trackingNumber").textValue()).isNotEmpty();
        assertThat(composed.at("/invoice/number").textValue()).isNotEmpty();
        assertThat(composed.get("saga").toString()).isEqualTo("{\"status\":\"COMPLETED\"}");
        assertThat(composed.get("inventory").toString())
                .isEqualTo("{\"status\":\"CONFIRMED\",\"items\":[{\"sku\":\"A-1\",\"quantity\":2}]}");
        assertThat(composed.get("payment").toString()).isEqualTo("{\"status\":\"CAPTURED\",\"amount\":4998}");
        assertThat(whatIsLeft(order)).isEqualTo("APPROVED CONFIRMED CAPTURED ARRANGED ISSUED");
        assertThat(Books.of(client, 77)).isEqualTo(before.after(2, 2499));
    }

    @Test
    void cardIsDeclined_orderIsCancelledAndStockReleased() {
        assertThat(refused(anOrder().paidWith("tok-9999"), "CANCELLED RELEASED null null null"))
                .isEqualTo("""
                ABORTED
                create-order       COMPENSATED
                reserve-inventory  COMPENSATED
                authorize-payment  COMPENSATED refused: card declined
                """);
    }

    @Test
    void totalIsOverTheLimit_orderIsCancelledAndStockReleased() {
        assertThat(refused(anOrder().by(456).of("A-1", 21), "CANCELLED RELEASED null null null"))
                .startsWith("""
                        ABORTED
                        create-order       COMPENSATED
                        reserve-inventory  COMPENSATED
                        authorize-payment  COMPENSATED refused: over the limit""");
    }

    @Test
    void customerIsUnknown_orderIsCancelledAndStockReleased() {
        var order = anOrder().by(404);

        JsonNode accepted = Client.json(client.place(order));

        assertThat(whatIsLeft(order)).isEqualTo("CANCELLED RELEASED null null null");
        assertThat(client.logOf(accepted)).isEqualTo("""
                ABORTED
                create-order       COMPENSATED
                reserve-inventory  COMPENSATED
                authorize-payment  COMPENSATED refused: unknown customer 404
                """);
    }

    @Test
    void nothingInStock_orderIsCancelledAndPaymentVoided() {
        assertThat(refused(anOrder().of("C-3", 1), "CANCELLED null VOIDED null null"))
                .startsWith("""
                ABORTED
                create-order       COMPENSATED
                reserve-inventory  COMPENSATED refused: sku C-3""");
    }

    @Test
    void countryCannotBeShippedTo_everythingBeforeIsUndone() {
        assertThat(refused(anOrder().shippedTo("XX"), "CANCELLED RELEASED VOIDED null null"))
                .isEqualTo("""
                ABORTED
                create-order       COMPENSATED
                reserve-inventory  COMPENSATED
                authorize-payment  COMPENSATED
                fulfil-order       COMPENSATED refused: cannot ship to XX
                arrange-shipment   COMPENSATED joined refused: cannot ship to XX
                """);
    }

    @Test
    void customerCannotBeInvoiced_shipmentIsCancelledToo() {
        assertThat(refused(anOrder().by(666), "CANCELLED RELEASED VOIDED CANCELLED null"))
                .isEqualTo("""
                ABORTED
                create-order       COMPENSATED
                reserve-inventory  COMPENSATED
                authorize-payment  COMPENSATED
                fulfil-order       COMPENSATED refused: customer 666 cannot be invoiced
                arrange-shipment   COMPENSATED joined
                issue-invoice      COMPENSATED joined refused: customer 666 cannot be invoiced
                """);
    }

    @Test
    void placedWithoutPrefer_isAcceptedAtOnceAndEndsByItself() {
        var order = anOrder();

        var answer = client.post(order.toString(), "Content-Type", "application/json");

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(Client.json(answer).get("status").textValue()).isEqualTo("STARTED");
        org.awaitility.Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(30))
                .untilAsserted(
                        () -> assertThat(client.logOf(Client.json(answer))).startsWith("COMPLETED\n"));
    }

    /** Places it, checks what each participant is left with and that the books are as before; gives the log. */
    private String refused(OrderBuilder order, String left) {
        long customer = order.json().get("customerId").longValue();
        Books before = Books.of(client, customer);

        var answer = client.place(order);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(Client.json(answer).get("status").textValue()).isEqualTo("ABORTED");
        assertThat(whatIsLeft(order)).isEqualTo(left);
        assertThat(Books.of(client, customer)).isEqualTo(before);
        return client.logOf(Client.json(answer));
    }

    private String whatIsLeft(OrderBuilder order) {
        JsonNode composed = client.json("/api/orders/" + order.id());
        var left = new StringBuilder();
        for (String part : new String[] {"order", "inventory", "payment", "shipment", "invoice"}) {
            JsonNode status = composed.get(part).isNull()
                    ? composed.get(part)
                    : composed.get(part).get("status");
            left.append(left.isEmpty() ? "" : " ").append(status == null ? composed.get(part) : status.asText());
        }
        return left.toString();
    }
}
