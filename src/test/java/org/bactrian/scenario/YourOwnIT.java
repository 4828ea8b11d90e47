package org.bactrian.scenario;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.bactrian.scenario.OrderBuilder.anOrder;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.StreamSupport;
import javax.sql.DataSource;
import org.bactrian.RunningApplication;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** A home folder made as docs/your-own.md says: an added step, a participant of its own, and a second pipeline. */
class YourOwnIT {
    private static final AtomicLong CUSTOMERS = new AtomicLong(1_000);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path home;

    @SuppressWarnings("NullAway.Init")
    private static RunningApplication application;

    @SuppressWarnings("NullAway.Init")
    private static Client client;

    @SuppressWarnings("NullAway.Init")
    private static JdbcTemplate loyalty;

    private final long customer = CUSTOMERS.incrementAndGet();

    @BeforeAll
    static void start() throws IOException {
        YourOwn.install(home);
        application = RunningApplication.start(home, "points");
        client = new Client(application);
        loyalty = new JdbcTemplate(application.bean("loyaltyDatabase", DataSource.class));
    }

    @AfterAll
    static void stop() throws IOException {
        if (application != null) {
            application.close();
        }
    }

    @Test
    void order_itsPointsAreBookedWithTheRest() {
        JsonNode answer = Client.json(client.place(anOrder().by(customer)));

        assertThat(logOf(answer)).isEqualTo("""
                COMPLETED
                arrange-shipment   SUCCEEDED
                authorize-payment  COMPLETED
                award-points       COMPLETED
                create-order       COMPLETED
                fulfil-order       SUCCEEDED
                issue-invoice      SUCCEEDED
                reserve-inventory  COMPLETED
                """);
        assertThat(entries(answer)).isEqualTo("award-points 49 BOOKED");
        assertThat(points()).isEqualTo(49);
    }

    @Test
    void refusedOrder_itsPointsAreUndoneWithTheRest() {
        JsonNode answer = Client.json(client.place(anOrder().by(customer).shippedTo("XX")));

        assertThat(logOf(answer)).isEqualTo("""
                ABORTED
                arrange-shipment   COMPENSATED refused: cannot ship to XX
                authorize-payment  COMPENSATED
                award-points       COMPENSATED
                create-order       COMPENSATED
                fulfil-order       COMPENSATED refused: cannot ship to XX
                reserve-inventory  COMPENSATED
                """);
        assertThat(entries(answer)).isEqualTo("award-points 49 UNDONE");
        assertThat(client.get("/loyalty/members/" + customer).statusCode()).isEqualTo(404);
    }

    @Test
    void giftForEnoughPoints_pointsAndStockAreTaken() {
        client.place(anOrder().by(customer));
        Books before = Books.of(client, customer);

        HttpResponse<String> response = request(gift("A-1"));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().map()).doesNotContainKey("prefer");
        JsonNode answer = Client.json(response);
        assertThat(logOf(answer)).isEqualTo("""
                COMPLETED
                reserve-inventory  COMPLETED
                spend-points       COMPLETED
                """);
        assertThat(entries(answer)).isEqualTo("spend-points -40 BOOKED");
        assertThat(points()).isEqualTo(9);
        assertThat(Books.of(client, customer)).isEqualTo(before.after(1, 0));
    }

    @Test
    void customerIsWrittenWithAFraction_theGiftIsTakenAllTheSame() {
        client.place(anOrder().by(customer));

        JsonNode answer = Client.json(request(gift("A-1").replace(customer + ",", customer + ".0,")));

        assertThat(answer.get("status").textValue()).isEqualTo("COMPLETED");
        assertThat(points()).isEqualTo(9);
    }

    @Test
    void giftIsOutOfStock_pointsComeBack() {
        client.place(anOrder().by(customer));

        JsonNode answer = Client.json(request(gift("C-3")));

        assertThat(logOf(answer)).isEqualTo("""
                ABORTED
                reserve-inventory  COMPENSATED refused: sku C-3: 1 wanted, 0 available
                spend-points       COMPENSATED
                """);
        assertThat(entries(answer)).isEqualTo("spend-points -40 UNDONE");
        assertThat(points()).isEqualTo(49);
    }

    @Test
    void tooFewPoints_giftIsRefusedAndStockNotAsked() {
        JsonNode answer = Client.json(request(gift("A-1")));

        assertThat(logOf(answer)).isEqualTo("""
                ABORTED
                spend-points       COMPENSATED refused: not enough points
                """);
        assertThat(entries(answer)).isEmpty();
    }

    @Test
    void sameGiftAgain_isTheSameSagaAndAnotherUnderItsIdIsTurnedAway() {
        String gift = gift("A-1");
        String sagaId = Client.json(request(gift)).get("sagaId").textValue();

        assertThat(Client.json(request(gift)).get("sagaId").textValue()).isEqualTo(sagaId);
        assertThat(request(gift.replace("A-1", "B-2")).statusCode()).isEqualTo(409);
    }

    @Test
    void noGift_everyFaultIsNamed() {
        HttpResponse<String> response = request("{\"customerId\": 0}");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(Client.json(response).get("errors")).hasSize(3);
    }

    @Test
    void undoneBeforeDone_isRefusedForGood() {
        String saga = UUID.randomUUID().toString();

        assertThat(call(saga, "PUT", "/undo").statusCode()).isEqualTo(204);

        assertThat(call(saga, "POST", "").statusCode()).isEqualTo(409);
        assertThat(call(saga, "PUT", "/undo").statusCode()).isEqualTo(204);
        assertThat(loyalty.queryForObject("SELECT count(*) FROM entry WHERE saga_id = ?::uuid", Integer.class, saga))
                .isZero();
    }

    @Test
    void askedTwice_isDoneOnceAndAnsweredAlike() {
        String saga = UUID.randomUUID().toString();

        HttpResponse<String> first = call(saga, "POST", "");
        HttpResponse<String> second = call(saga, "POST", "");

        assertThat(second.statusCode()).isEqualTo(first.statusCode()).isEqualTo(200);
        assertThat(second.body()).isEqualTo(first.body()).contains("OPEN");
        assertThat(call(saga, "PUT", "/book").statusCode()).isEqualTo(204);
        assertThat(call(saga, "PUT", "/book").statusCode()).isEqualTo(204);
        assertThat(points()).isEqualTo(5);
        assertThat(call(saga, "PUT", "/undo").statusCode()).isEqualTo(409);
    }

    @Test
    void participants_receiveWhatTheirPageSays() {
        try (var calls = new ReceivedCalls(application, "loyalty/points", "inventory.command")) {
            String saga = Client.json(client.place(anOrder().by(customer)))
                    .get("sagaId")
                    .textValue();

            assertThat(calls.of(saga))
                    .containsExactlyInAnyOrder(
                            "award-points action, Long-Running-Action, JSON",
                            "award-points completion, Long-Running-Action, JSON",
                            "reserve-inventory action, Long-Running-Action, ReserveInventory, key, JSON",
                            "reserve-inventory completion, Long-Running-Action, ConfirmInventory, key, JSON");
        }
    }

    private HttpResponse<String> request(String gift) {
        return client.send("POST", "/gifts", gift, "Content-Type", "application/json", "Prefer", "wait=30");
    }

    private HttpResponse<String> call(String saga, String method, String path) {
        String body = method.equals("POST") ? "{\"customerId\": %d, \"points\": 5}".formatted(customer) : "";
        return client.send(
                method,
                "/loyalty/points" + path,
                body,
                "Content-Type",
                "application/json",
                "sagaId",
                saga,
                "sagaStep",
                "award-points");
    }

    private String gift(String sku) {
        return "{\"giftId\": \"%s\", \"customerId\": %d, \"sku\": \"%s\"}".formatted(UUID.randomUUID(), customer, sku);
    }

    private long points() {
        return client.json("/loyalty/members/" + customer).get("points").longValue();
    }

    private static String entries(JsonNode answer) {
        return String.join(
                ", ",
                loyalty.queryForList(
                        "SELECT concat_ws(' ', step, points, status) FROM entry WHERE saga_id = ?::uuid",
                        String.class,
                        answer.get("sagaId").textValue()));
    }

    /** The saga's status, then its steps by name. */
    private static String logOf(JsonNode answer) {
        JsonNode saga = client.json("/api/sagas/" + answer.get("sagaId").textValue());
        return saga.get("status").textValue() + "\n"
                + StreamSupport.stream(saga.get("steps").spliterator(), false)
                        .map(step -> "%-18s %s %s"
                                        .formatted(
                                                step.get("step").textValue(),
                                                step.get("status").textValue(),
                                                step.get("failure").asText(""))
                                        .replace(" null", "")
                                        .strip()
                                + "\n")
                        .sorted()
                        .collect(joining());
    }
}
