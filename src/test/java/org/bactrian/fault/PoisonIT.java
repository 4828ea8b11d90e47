package org.bactrian.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.bactrian.scenario.OrderBuilder.anOrder;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import org.bactrian.RunningApplication;
import org.bactrian.scenario.Homes;
import org.bactrian.scenario.OrderBuilder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One order halts the process of every router that creates it. The routers are started again, as a supervisor does. */
@Tag("proof")
class PoisonIT {
    private static final int DEATHS = 5;
    private static final int HALTED = 86;
    private static final long POISONOUS = 4_711;
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String STEP = "routes/steps/create-order.camel.yaml";
    private static final String HALTING = """
                          - choice:
                              when:
                                - simple: "${bodyAs(String)} contains '\\"customerId\\":4711,'"
                                  steps: [{bean: {ref: jvm, method: halt(86)}}]
            """;
    private static final String JVM = """
            - beans:
                - {name: jvm, type: java.lang.Runtime, factoryMethod: getRuntime}
            """;

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private int routers;

    @Test
    void fiveRoutersDieOfAnOrder_itIsParkedTheSixthStaysUpAndNoOtherOrderSuffers() throws Exception {
        Path home = folder.resolve("home");
        Homes.installPatient(home);
        String sound = Files.readString(home.resolve(STEP));
        Files.writeString(
                home.resolve(STEP),
                JVM + sound.replaceFirst("(?m)^            steps:\n", "$0" + Matcher.quoteReplacement(HALTING)));
        Map<String, String> properties = Map.of(
                "bactrian.home",
                home.toString(),
                "camel.server.port",
                String.valueOf(RunningApplication.freePort()),
                "operator.token",
                "secret",
                "saga.lease",
                "2s");
        try (var backbone = new Backbone(folder)) {
            var orders = new SoakOrders(backbone::sql, 1_000_000);
            orders.next(); // the one in a million
            Router router = start(backbone, properties);
            place(router, orders, 5);
            var poison = anOrder().by(POISONOUS);
            place(router, poison);
            for (int deaths = 1; deaths <= DEATHS; deaths++) {
                router.awaitEnd();
                assertThat(router.process().exitValue()).as(router.printed()).isEqualTo(HALTED);
                router = start(backbone, properties);
                place(router, orders, 2);
            }

            Router last = router;
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(orders.count("parked LIKE 'it kills its router: 5 processes%'"))
                            .isEqualTo(1));
            place(last, orders, 5);
            await().atMost(LIMIT)
                    .untilAsserted(
                            () -> assertThat(orders.count("ended_at IS NULL")).isEqualTo(1));
            System.out.printf(
                    "poison: %d routers died, %d other orders ended, one saga is parked%n", DEATHS, orders.count());
            assertThat(orders.count("parked IS NOT NULL")).isEqualTo(1);
            assertThat(orders.astray()).isEmpty();
            assertThat(last.process().isAlive()).isTrue();

            Files.writeString(home.resolve(STEP), sound);
            last.terminate();
            last.awaitEnd();
            Router mended = start(backbone, properties);
            assertThat(retry(mended, sagaOf(backbone, poison)).statusCode()).isEqualTo(202);
            await().atMost(LIMIT)
                    .untilAsserted(() ->
                            assertThat(orders.count("status <> 'COMPLETED'")).isZero());
        }
    }

    private Router start(Backbone backbone, Map<String, String> properties) throws IOException {
        Router router = backbone.start("router-" + routers++, properties);
        await().atMost(LIMIT)
                .until(() -> !router.process().isAlive() || router.printed().contains("Bactrian is ready."));
        return router;
    }

    private static void place(Router router, SoakOrders orders, int number) {
        for (int i = 0; i < number; i++) {
            var order = orders.next();
            if (place(router, order)) {
                orders.accepted(order);
            }
        }
    }

    /** Whether it was accepted; a router may die before it says so. */
    private static boolean place(Router router, OrderBuilder order) {
        try {
            return router.client()
                            .post(order.toString(), "Content-Type", "application/json")
                            .statusCode()
                    == 202;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    private static String sagaOf(Backbone backbone, OrderBuilder order) {
        return backbone.sql("saga")
                .sql("SELECT saga_id FROM saga WHERE business_key = ?")
                .param(order.id())
                .query(String.class)
                .single();
    }

    private HttpResponse<String> retry(Router router, String saga) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:%d/api/sagas/%s/retry".formatted(router.port(), saga)))
                        .headers("Content-Type", "application/json", "Authorization", "Bearer secret")
                        .POST(BodyPublishers.ofString("{\"reason\": \"mended\"}"))
                        .build(),
                BodyHandlers.ofString());
    }
}
