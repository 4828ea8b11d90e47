package org.bactrian.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.bactrian.scenario.OrderBuilder.anOrder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import javax.sql.DataSource;
import org.bactrian.RunningApplication;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What is not an order is told so, every fault at once, and leaves nothing behind. */
@ExtendWith(RunningApplication.Extension.class)
class BadInputIT {
    private static final String[] JSON = {"Content-Type", "application/json"};

    private Client client;
    private JdbcClient log;
    private long sagasBefore;
    private long expectedSagas;

    @BeforeEach
    void connect(RunningApplication application) {
        client = new Client(application);
        log = JdbcClient.create(application.bean("sagaDatabase", DataSource.class));
        sagasBefore = sagas();
        expectedSagas = 0;
    }

    @AfterEach
    void nothingElseWasStored() {
        assertThat(sagas() - sagasBefore).isEqualTo(expectedSagas);
    }

    @Test
    void sameOrderAgain_isTheSameSagaHoweverItIsLaidOut() {
        expectedSagas = 1;
        var order = anOrder();
        JsonNode first = Client.json(client.place(order));
        var reordered = order.json().objectNode();
        var names = new java.util.ArrayList<String>();
        order.json().fieldNames().forEachRemaining(names::add);
        java.util.Collections.reverse(names);
        names.forEach(name -> reordered.set(name, order.json().get(name)));

        var again = client.post(reordered.toPrettyString(), JSON);

        assertThat(again.statusCode()).isEqualTo(202);
        assertThat(Client.json(again).get("sagaId")).isEqualTo(first.get("sagaId"));
        assertThat(Client.json(again).get("status").textValue()).isEqualTo("COMPLETED");
    }

    @Test
    void otherOrderUnderTheSameId_isRefused() {
        expectedSagas = 1;
        var order = anOrder();
        client.place(order);

        var answer = client.post(order.of("A-1", 3).toString(), JSON);

        assertProblem(answer, 409, "Key taken");
        assertThat(Client.json(answer).get("detail").textValue()).contains(order.id());
    }

    @Test
    void invalidOrder_namesEveryFaultAndItsPlace() {
        ObjectNode order = anOrder().json();
        order.put("customerId", "one").remove("currency");
        ((ObjectNode) order.at("/items/0")).put("quantity", 0);
        order.put("coupon", "x");

        var answer = client.post(order.toString(), JSON);

        assertProblem(answer, 400, "Invalid");
        assertThat(Client.json(answer).get("errors").findValuesAsText("pointer"))
                .containsExactlyInAnyOrder("/customerId", "/items/0/quantity", "", "");
        assertThat(Client.json(answer).get("errors").findValuesAsText("detail"))
                .anyMatch(detail -> detail.contains("currency"))
                .anyMatch(detail -> detail.contains("coupon"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "\"x\"",
                "{\"orderId\": }",
                "{} {}",
                "{\"orderId\":\"a\",\"orderId\":\"b\"}"
            })
    void notAnOrderAtAll_is400(String body) {
        assertProblem(client.post(body, JSON), 400, "Invalid");
    }

    /** None of it could be stored, or be read again by everyone who must. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"orderId\": \"a\\u0000b\"",
                "\"orderId\": \"\\ud800\"",
                "\"a\\u0000b\": 1",
                "\"customerId\": 1e999999",
                "\"customerId\": 1e999999999",
                "\"customerId\": 1e2147483648",
                "\"customerId\": 1e-999999999",
                "\"customerId\": 99999999999999999999999999999999999999",
                "\"payment\": {\"cardToken\": \"tok-\\u0000\"}"
            })
    void whatNoDatabaseTakes_is400AndNamed(String member) {
        ObjectNode order = anOrder().json();
        order.remove(member.substring(1, member.indexOf('"', 1)));

        var answer = client.post("{%s,%s".formatted(member, order.toString().substring(1)), JSON);

        assertProblem(answer, 400, "Invalid");
        assertThat(Client.json(answer).get("errors")).isNotEmpty();
    }

    /** Not everyone who is sent the order could read it. */
    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32BE", "\ufeff"})
    void otherEncodings_are400AndTheIdCanStillBeUsed(String encoding) {
        expectedSagas = 1;
        var order = anOrder();
        byte[] body = encoding.equals("\ufeff")
                ? (encoding + order).getBytes(UTF_8)
                : order.toString().getBytes(Charset.forName(encoding));

        var answer = client.send("POST", "/api/orders", body, JSON);

        assertProblem(answer, 400, "Invalid");
        assertThat(Client.json(answer).get("detail").textValue()).contains("not JSON in UTF-8");
        assertThat(Client.json(client.place(order)).get("status").textValue()).isEqualTo("COMPLETED");
    }

    /** 1.0 is an integer to JSON Schema. */
    @ParameterizedTest
    @CsvSource({"1.0, 2.0, 2499.00", "1e0, 2e0, 24.99e2", "1, 0.2E1, 2499.0"})
    void wholeNumbersWrittenWithFractionOrExponent_areTheSameOrder(String customer, String quantity, String price) {
        expectedSagas = 1;
        var order = anOrder();
        String written = order.toString()
                .replace("\"customerId\":1", "\"customerId\":" + customer)
                .replace("\"quantity\":2", "\"quantity\":" + quantity)
                .replace("\"unitPrice\":2499", "\"unitPrice\":" + price);

        JsonNode first = Client.json(client.post(written, "Content-Type", "application/json", "Prefer", "wait=30"));
        JsonNode again = Client.json(client.place(order));

        assertThat(first.get("status").textValue()).isEqualTo("COMPLETED");
        assertThat(again).isEqualTo(first);
        assertThat(client.json("/api/orders/" + order.id())
                        .at("/payment/amount")
                        .longValue())
                .isEqualTo(4998);
    }

    @Test
    void lineBreakBehindARightValue_isRefused() {
        assertProblem(client.post(anOrder().shippedTo("XX\n").toString(), JSON), 400, "Invalid");
        assertProblem(client.post(anOrder().paidWith("tok-9999\n").toString(), JSON), 400, "Invalid");
    }

    @Test
    void manyFaults_areCountedAndTheFirstOnesListed() {
        var answer = client.post("{\"items\": [" + "{},".repeat(5_000) + "{}]}", JSON);

        assertProblem(answer, 400, "Invalid");
        assertThat(Client.json(answer).get("errors")).hasSize(50);
    }

    @Test
    void malformedJson_saysWhere() {
        var answer = client.post("{\n  \"orderId\": oops\n}", JSON);

        assertThat(Client.json(answer).get("detail").textValue()).contains("line 2");
    }

    @Test
    void otherContentType_is415() {
        assertProblem(client.post(anOrder().toString(), "Content-Type", "text/plain"), 415, "Unsupported content type");
        assertProblem(client.post(anOrder().toString()), 415, "Unsupported content type");
    }

    @Test
    void bodyOver256KiB_is413() {
        assertProblem(client.post(" ".repeat(256 * 1024 + 1), JSON), 413, "Too large");
        assertProblem(client.post(" ".repeat(3 * 1024 * 1024), JSON), 413, "Too large");
    }

    @Test
    void whatTheSenderSaysOfSagas_isIgnored() {
        expectedSagas = 1;
        var order = anOrder();

        var answer = client.post(
                order.toString(),
                "Content-Type",
                "application/json",
                "Prefer",
                "wait=30",
                "Long-Running-Action",
                "http://127.0.0.1:1/lra-coordinator/x",
                "sagaId",
                "x",
                "orderId",
                "o-other");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(Client.json(answer).get("orderId").textValue()).isEqualTo(order.id());
        assertThat(Client.json(answer).get("status").textValue()).isEqualTo("COMPLETED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/orders/o-nobody", "/api/sagas/x", "/api/sagas/00000000-0000-7000-8000-000000000000"})
    void unknown_is404(String path) {
        assertProblem(client.get(path), 404, "Not found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=0", "limit=101", "limit=x", "status=DONE", "after=x"})
    void queryOutOfRange_is400(String query) {
        assertProblem(client.get("/api/sagas?" + query), 400, "Invalid");
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String title) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(Client.json(answer).get("status").intValue()).isEqualTo(status);
        assertThat(Client.json(answer).get("title").textValue()).isEqualTo(title);
    }

    private long sagas() {
        return log.sql("SELECT count(*) FROM saga").query(Long.class).single();
    }
}
