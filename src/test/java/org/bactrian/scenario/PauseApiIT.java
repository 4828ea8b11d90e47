package org.bactrian.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.bactrian.scenario.OrderBuilder.anOrder;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.bactrian.RunningApplication;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** Operators pause the shipped pipeline and its steps with what curl can send; orders are taken all the same. */
class PauseApiIT {
    private static final String WHY = "{\"reason\": \"payment moves house\"}";
    private static final Duration LIMIT = Duration.ofSeconds(40);

    @TempDir
    Path data;

    private RunningApplication application;
    private Client client;
    private String token;

    @BeforeEach
    void start() throws IOException {
        application = RunningApplication.start(Map.of("data.folder", data.toString()));
        client = new Client(application);
        token = Files.readString(data.resolve("operator.token")).strip();
    }

    @AfterEach
    void stop() throws IOException {
        application.close();
    }

    @Test
    void paymentIsPaused_ordersWaitOverARestartAndLongerThanTheirLimitAndAllEndAfterIt() throws IOException {
        assertThat(say("/api/steps/authorize-payment/pause", WHY).statusCode()).isEqualTo(200);
        assertThat(Client.json(say("/api/steps/authorize-payment/pause", "{\"reason\": \"again\"}"))
                        .get("reason")
                        .textValue())
                .isEqualTo("payment moves house");
        List<String> sagas = Stream.generate(() -> placed(anOrder())).limit(10).toList();
        sagas.forEach(saga -> awaitWaiting(saga, "authorize-payment"));
        assertThat(client.json("/api/sagas/" + sagas.get(0))
                        .at("/waiting/paused")
                        .textValue())
                .isEqualTo("payment moves house");
        pretendTheyWaitedTwoMinutes();

        stop();
        start();
        String last = placed(anOrder());
        awaitWaiting(last, "authorize-payment");
        sagas.forEach(saga -> awaitWaiting(saga, "authorize-payment"));
        assertThat(client.json("/api/pauses").get("pauses"))
                .singleElement()
                .satisfies(pause -> assertThat(pause.get("step").textValue()).isEqualTo("authorize-payment"));
        HttpResponse<String> answer = say("/api/steps/authorize-payment/resume", WHY);

        assertThat(Client.json(answer)).hasToString("{\"step\":\"authorize-payment\",\"paused\":false}");
        Stream.concat(sagas.stream(), Stream.of(last)).forEach(saga -> {
            JsonNode ended = ended(saga);
            assertThat(ended.get("status").textValue()).as(ended.toString()).isEqualTo("COMPLETED");
            assertThat(ended.get("waiting").isNull()).isTrue();
            assertThat(ended.at("/steps"))
                    .as("each step once")
                    .allSatisfy(
                            step -> assertThat(step.get("attempts").intValue()).isEqualTo(1));
        });
        assertThat(client.json("/api/pauses").get("pauses")).isEmpty();
        assertThat(Books.of(client, 1))
                .extracting(Books::reserved, Books::authorized)
                .containsExactly(0L, 0L);
    }

    @Test
    void thePipelineIsPaused_ordersAreTakenAndNothingOfThemIsDoneUntilItIsResumed() {
        say("/api/pipelines/order-pipeline/pause", WHY);
        var order = anOrder();

        HttpResponse<String> accepted = client.post(order.toString(), "Content-Type", "application/json");

        assertThat(accepted.statusCode()).isEqualTo(202);
        String saga = Client.json(accepted).get("sagaId").textValue();
        JsonNode shown = client.json("/api/sagas/" + saga);
        assertThat(shown.at("/waiting/since").isTextual()).isTrue();
        assertThat(shown.at("/waiting/step").isNull()).isTrue();
        assertThat(shown.get("steps")).isEmpty();
        assertThat(client.post(order.toString(), "Content-Type", "application/json")
                        .statusCode())
                .as("the same order again")
                .isEqualTo(202);
        say("/api/pipelines/order-pipeline/resume", WHY);
        assertThat(ended(saga).get("status").textValue()).isEqualTo("COMPLETED");
    }

    @Test
    void whatIsNotThereOrNotAskedByAnOperator_isRefusedAndNothingIsPaused() {
        assertThat(say("/api/pipelines/no-such/pause", WHY))
                .returns(404, HttpResponse::statusCode)
                .extracting(answer -> Client.json(answer).get("detail").textValue())
                .isEqualTo("there is no pipeline no-such; there are order-pipeline");
        assertThat(Client.json(say("/api/steps/order-pipeline/pause", WHY))
                        .get("detail")
                        .textValue())
                .startsWith("there is no step order-pipeline; there are ")
                .contains("authorize-payment, create-order, fulfil-order, ", "reserve-inventory");
        assertThat(say("/api/steps/create-order/resume", WHY).statusCode()).isEqualTo(200);
        assertThat(say("/api/steps/create-order/pause", "{\"reason\": \"a\\u0000b\"}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(say("/api/steps/create-order/pause", "{}").statusCode()).isEqualTo(400);
        assertThat(client.send("POST", "/api/steps/create-order/pause", WHY, "Content-Type", "application/json")
                        .statusCode())
                .isEqualTo(401);
        assertThat(client.json("/api/pauses").get("pauses")).isEmpty();
    }

    private HttpResponse<String> say(String path, String body) {
        return client.send("POST", path, body, "Content-Type", "application/json", "Authorization", "Bearer " + token);
    }

    private String placed(OrderBuilder order) {
        HttpResponse<String> accepted = client.post(order.toString(), "Content-Type", "application/json");
        assertThat(accepted.statusCode()).isEqualTo(202);
        return Client.json(accepted).get("sagaId").textValue();
    }

    private void awaitWaiting(String saga, String step) {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(client.json("/api/sagas/" + saga)
                                .at("/waiting/step")
                                .textValue())
                        .isEqualTo(step));
    }

    private JsonNode ended(String saga) {
        await().atMost(LIMIT)
                .until(() -> !client.json("/api/sagas/" + saga).get("endedAt").isNull());
        return client.json("/api/sagas/" + saga);
    }

    private void pretendTheyWaitedTwoMinutes() {
        new JdbcTemplate(application.bean("sagaDatabase", DataSource.class)).update("""
                        UPDATE saga SET waits_since = waits_since - interval '2 minutes', deadline_at = deadline_at - interval '2 minutes'
                        WHERE waits_since IS NOT NULL""");
    }
}
