package org.bactrian.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.bactrian.RunningApplication;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A pipeline whose author checks nothing: what no database takes is refused nevertheless, and what is taken can be read. */
@ExtendWith(RunningApplication.Extension.class)
class UnstorableIT {
    private static final String ROUTES = """
            - route:
                id: note-pipeline
                from:
                  uri: pipeline:note-pipeline
                  steps:
                    - saga: {propagation: REQUIRES_NEW, timeout: 30s, steps: [{to: "direct:note"}]}
            - route:
                id: note
                from:
                  uri: direct:note
                  steps:
                    - saga: {propagation: MANDATORY, compensation: "direct:nothing-to-undo", steps: [{setProperty: {name: noted, constant: "yes"}}]}
            - route:
                id: take-note
                routeConfigurationId: api-errors
                from:
                  uri: platform-http:/notes?httpMethodRestrict=POST
                  steps:
                    - to: "pipeline:note-pipeline?key=${header.key}"
                    - to: {uri: "kamelet:accepted", parameters: {key: key}}
            """;

    private CamelContext context;
    private Client client;
    private JdbcClient log;
    private int notes;

    @BeforeEach
    void start(RunningApplication application) throws Exception {
        context = application.context();
        client = new Client(application);
        log = JdbcClient.create(application.bean("sagaDatabase", DataSource.class));
        PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("notes.camel.yaml", ROUTES));
    }

    @AfterEach
    void stop() throws Exception {
        for (String route : List.of("take-note", "note", "note-pipeline")) {
            context.getRouteController().stopRoute(route);
            context.removeRoute(route);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\": \"\\u0000\"}",
                "{\"a\\u0000\": 1}",
                "[\"\\ud800\"]",
                "{\"a\": 1e999999}",
                "{\"a\": 1e99999999999}",
                "{\"a\": ",
                "nonsense"
            })
    void jsonThatNoDatabaseTakes_is400AndLeavesNothing(String body) {
        long before = sagas();

        HttpResponse<String> answer = place("k", "application/json", body);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(Client.json(answer).get("title").textValue()).isEqualTo("Invalid");
        assertThat(Client.json(answer).get("detail").textValue()).startsWith("the payload cannot be stored: ");
        assertThat(sagas()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32BE"})
    void jsonInAnotherEncoding_is400ButOtherContentIsTakenAsItIs(String encoding) {
        byte[] body = "{\"a\": 1}".getBytes(Charset.forName(encoding));
        long before = sagas();

        HttpResponse<String> answer = place("k", "application/json", body);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(Client.json(answer).get("detail").textValue()).contains("not JSON in UTF-8");
        assertThat(sagas()).isEqualTo(before);
        assertThat(place("bytes-" + System.nanoTime(), "application/octet-stream", body)
                        .statusCode())
                .isEqualTo(202);
    }

    @Test
    void deeplyNestedAndWithAKeyThatIsNone_is400() {
        long before = sagas();

        assertThat(place("k", "application/json", "[".repeat(50_000)).statusCode())
                .isEqualTo(400);
        assertThat(place(" ", "application/json", "{}").statusCode()).isEqualTo(400);
        HttpResponse<String> tooLong = place("x".repeat(201), "application/json", "{}");
        assertThat(tooLong.statusCode()).isEqualTo(400);
        assertThat(Client.json(tooLong).get("detail").textValue())
                .isEqualTo(
                        "the key of pipeline:note-pipeline must be 1 to 200 printable characters, not all blank; ${header.key} has 201");
        assertThat(sagas()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0000", "{\"a\": \"\\u0000\", ", "'; --", "\ud83d\ude00", "\uffff", ""})
    void otherTextIsTakenAsItIs_andCanBeReadByAll(String body) {
        HttpResponse<String> answer = place("odd-" + System.nanoTime() + "-" + notes++, "text/plain", body);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        String saga = Client.json(answer).get("sagaId").textValue();
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(
                                client.json("/api/sagas/" + saga).get("status").textValue())
                        .isEqualTo("COMPLETED"));
        assertThat(log.sql("SELECT to_json(l)::text FROM order_saga_log l WHERE id = ?::uuid")
                        .param(saga)
                        .query(String.class)
                        .single())
                .contains("COMPLETED");
    }

    private HttpResponse<String> place(String key, String type, String body) {
        return place(key, type, body.getBytes(UTF_8));
    }

    private HttpResponse<String> place(String key, String type, byte[] body) {
        return client.send("POST", "/notes", body, "Content-Type", type, "key", key);
    }

    private long sagas() {
        return log.sql("SELECT count(*) FROM saga").query(Long.class).single();
    }
}
