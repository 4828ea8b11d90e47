package org.bactrian.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bactrian.scenario.OrderBuilder.anOrder;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.bactrian.RunningApplication;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** A participant is broken, an order's saga is parked, and operators decide with what curl can send. */
class OperatorApiIT {
    private static final String WHY = "{\"reason\": \"customer called\"}";
    private static RunningApplication application;
    private static Client client;
    private static String token;

    @BeforeAll
    static void start() throws IOException {
        application = RunningApplication.start(Map.of(
                "saga.callback.attempts",
                "2",
                "saga.callback.firstPause",
                "10ms",
                "saga.callback.longestPause",
                "20ms"));
        client = new Client(application);
        Path file = Path.of(application.context().resolvePropertyPlaceholders("{{data.folder}}"), "operator.token");
        token = Files.readString(file).strip();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @AfterAll
    static void stop() throws IOException {
        application.close();
    }

    @AfterEach
    void mend() throws Exception {
        payments().execute("DROP TRIGGER IF EXISTS closed ON payment_authorization");
        application.context().getRouteController().startRoute("hear-shipment-arranged");
    }

    @Test
    void aCompensationFails_theSagaIsParkedUntilItIsMendedAndTriedAgain() {
        var order = anOrder().by(666);
        String saga = parked(order);
        JsonNode shown = saga(saga);
        assertThat(shown.get("status").textValue()).isEqualTo("ABORTING");
        assertThat(shown.get("parked").textValue())
                .startsWith("compensation of authorize-payment (direct://void-payment) failed 2 of 2 attempts, last ")
                .endsWith("Mend the participant, then POST /api/sagas/%s/retry. Left to be undone after it: %s."
                        .formatted(saga, leftAfterPayment(shown)));

        payments().execute("DROP TRIGGER closed ON payment_authorization");
        HttpResponse<String> answer = say(saga, "retry", WHY);

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.headers().firstValue("Location")).hasValue("/api/sagas/" + saga);
        assertThat(Client.json(answer)).hasToString("{\"sagaId\":\"%s\",\"status\":\"ABORTING\"}".formatted(saga));
        JsonNode ended = ended(saga, "ABORTED");
        assertThat(ended.get("parked").isNull()).isTrue();
        assertThat(ended.at("/operators/0/word").textValue()).isEqualTo("operator/retry@1");
        assertThat(ended.at("/operators/0/reason").textValue()).isEqualTo("customer called");
        assertThat(parts(order)).isEqualTo("CANCELLED RELEASED VOIDED CANCELLED null");
    }

    @Test
    void aCompensationIsSkipped_theStepSaysSoAndTheOthersAreUndone() {
        var order = anOrder().by(666);
        String saga = parked(order);

        assertThat(say(saga, "skip", "{\"reason\": \"refunded by hand\", \"step\": \"authorize-payment\"}")
                        .statusCode())
                .isEqualTo(202);

        JsonNode ended = ended(saga, "ABORTED");
        JsonNode step = step(ended, "authorize-payment");
        assertThat(step.get("status").textValue()).isEqualTo("COMPENSATING");
        assertThat(step.get("skipped").booleanValue()).isTrue();
        assertThat(step(ended, "create-order").get("skipped").booleanValue()).isFalse();
        assertThat(parts(order)).isEqualTo("CANCELLED RELEASED AUTHORIZED CANCELLED null");
    }

    @Test
    void whatCannotBeDone_isRefusedWithTheReasonAndChangesNothing() {
        String saga = parked(anOrder().by(666));
        String before = saga(saga).toString();

        assertThat(no(say(saga, "cancel", WHY))).contains("409", "only a saga that is STARTED");
        assertThat(no(say(saga, "skip", "{\"reason\": \"x\", \"step\": \"create-order\"}")))
                .contains("409", "step create-order is");
        assertThat(no(say(saga, "skip", "{\"reason\": \"x\", \"step\": \"nonsense\"}")))
                .contains("409", "step nonsense is unknown");
        assertThat(no(say(saga, "skip", WHY))).contains("400", "step");
        assertThat(no(say(saga, "retry", "{}"))).contains("400", "reason");
        assertThat(no(say(saga, "retry", "nonsense"))).contains("400", "not JSON");
        assertThat(no(say(UUID.randomUUID().toString(), "retry", WHY))).contains("404");
        assertThat(no(say("nonsense", "retry", WHY))).contains("404");

        assertThat(saga(saga)).hasToString(before);
        payments().execute("DROP TRIGGER closed ON payment_authorization");
        say(saga, "retry", WHY);
        ended(saga, "ABORTED");
        assertThat(no(say(saga, "retry", WHY))).contains("409", "it is not parked");
        assertThat(no(say(saga, "signals/x:action", WHY))).contains("409", "it has ended");
    }

    @Test
    void whoIsNoOperator_isRefused() {
        String saga = Client.json(client.place(anOrder())).get("sagaId").textValue();
        for (String call : new String[] {"cancel", "retry", "skip", "signals/x:action"}) {
            String path = "/api/sagas/%s/%s".formatted(saga, call);
            HttpResponse<String> nobody = client.send("POST", path, WHY, "Content-Type", "application/json");
            HttpResponse<String> stranger = client.send(
                    "POST", path, WHY, "Content-Type", "application/json", "Authorization", "Bearer " + token + "x");
            HttpResponse<String> basic = client.send(
                    "POST", path, WHY, "Content-Type", "application/json", "Authorization", "Basic " + token);

            assertThat(nobody.statusCode()).isEqualTo(401);
            assertThat(nobody.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
            assertThat(nobody.headers().firstValue("Content-Type")).hasValue("application/problem+json");
            assertThat(stranger.statusCode()).isEqualTo(401);
            assertThat(stranger.body()).doesNotContain(token);
            assertThat(basic.statusCode()).isEqualTo(401);
        }
    }

    @Test
    void cancelledWhileItWaits_allIsUndone() throws Exception {
        application.context().getRouteController().stopRoute("hear-shipment-arranged");
        var order = anOrder();
        String saga = placed(order);
        awaitStep(saga, "arrange-shipment", "SUCCEEDED");

        assertThat(say(saga, "cancel", WHY).statusCode()).isEqualTo(202);

        JsonNode ended = ended(saga, "ABORTED");
        assertThat(ended.get("failure").textValue()).isEqualTo("cancelled: by an operator: customer called");
        assertThat(parts(order)).isEqualTo("CANCELLED RELEASED VOIDED CANCELLED null");
    }

    @Test
    void signalledWhileItWaits_theStepHasItsAnswer() throws Exception {
        application.context().getRouteController().stopRoute("hear-shipment-arranged");
        String saga = placed(anOrder());
        awaitStep(saga, "arrange-shipment", "SUCCEEDED");

        HttpResponse<String> answer = say(
                saga,
                "signals/fulfil-order:action",
                "{\"reason\": \"invoiced on paper\", \"type\": \"InvoiceIssued\", \"payload\": {\"number\": \"P-1\"}}");

        assertThat(answer.statusCode()).isEqualTo(202);
        JsonNode ended = ended(saga, "COMPLETED");
        assertThat(ended.at("/operators/0/word").textValue()).isEqualTo("operator/signal@fulfil-order:action");
        assertThat(ended.at("/operators/0/reason").textValue()).isEqualTo("invoiced on paper");
    }

    private String parked(OrderBuilder order) {
        payments().execute("""
                CREATE OR REPLACE FUNCTION closed() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'payments are closed'; END $$;
                CREATE OR REPLACE TRIGGER closed BEFORE UPDATE ON payment_authorization FOR EACH ROW
                WHEN (NEW.status = 'VOIDED') EXECUTE FUNCTION closed()""");
        String saga = placed(order);
        Awaitility.await().until(() -> !saga(saga).get("parked").isNull());
        return saga;
    }

    private static String placed(OrderBuilder order) {
        return Client.json(client.post(order.toString(), "Content-Type", "application/json"))
                .get("sagaId")
                .textValue();
    }

    private static HttpResponse<String> say(String saga, String call, String body) {
        return client.send(
                "POST",
                "/api/sagas/%s/%s".formatted(saga, call),
                body,
                "Content-Type",
                "application/json",
                "Authorization",
                "Bearer " + token);
    }

    /** The status and what the problem says. */
    private static String no(HttpResponse<String> answer) {
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        return answer.statusCode() + " " + Client.json(answer);
    }

    private static JsonNode saga(String id) {
        return client.json("/api/sagas/" + id);
    }

    private static JsonNode ended(String saga, String status) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(45))
                .until(() -> saga(saga).get("status").textValue().equals(status));
        return saga(saga);
    }

    private static void awaitStep(String saga, String name, String status) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> step(saga(saga), name).path("status").asText().equals(status));
    }

    private static JsonNode step(JsonNode saga, String name) {
        for (JsonNode step : saga.get("steps")) {
            if (step.get("step").textValue().equals(name)) {
                return step;
            }
        }
        return saga.path("no such step");
    }

    /** The two of the parallel stage begin in either order. */
    private static String leftAfterPayment(JsonNode saga) {
        boolean first = saga.at("/steps/1/step").textValue().equals("authorize-payment");
        return first ? "create-order" : "reserve-inventory, create-order";
    }

    private static String parts(OrderBuilder order) {
        JsonNode composed = client.json("/api/orders/" + order.id());
        var text = new StringBuilder();
        for (String part : new String[] {"order", "inventory", "payment", "shipment", "invoice"}) {
            JsonNode found = composed.get(part);
            text.append(text.isEmpty() ? "" : " ")
                    .append(found.isNull() ? "null" : found.get("status").textValue());
        }
        return text.toString();
    }

    private static JdbcTemplate payments() {
        return new JdbcTemplate(application.bean("paymentDatabase", DataSource.class));
    }
}
