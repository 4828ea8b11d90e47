package org.bactrian.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.bactrian.RunningApplication;
import org.bactrian.scenario.Client;
import org.bactrian.scenario.Homes;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many orders over HTTP and Kafka, while what they run on dies again and again: {@code -Dproof.orders=} says how many. */
@Tag("proof")
class HardshipIT {
    private static final int ORDERS = Integer.getInteger("proof.orders", 2_000);
    private static final int TROUBLES = 5;
    private static final int IN_FLIGHT = 48;
    private static final String UNAVAILABLE = "503 application/problem+json, Retry-After 1";
    /** What a router that starts answers between opening its port and running its routes. */
    private static final String STARTING = "404 text/html; charset=utf-8, Retry-After -";

    private static final Duration LIMIT = Duration.ofMinutes(15);

    @TempDir
    Path folder;

    private final Map<String, String> properties = new HashMap<>();
    private int routers;

    @Test
    void databaseRestartedTwiceAndRouterKilledThreeTimes_everyOrderEndsRightAndTheBooksAddUp() throws Exception {
        Path home = folder.resolve("home");
        Homes.installPatient(home);
        int port = RunningApplication.freePort();
        properties.put("bactrian.home", home.toString());
        properties.put("camel.server.port", String.valueOf(port));
        try (var backbone = new Backbone(folder)) {
            var orders = new SoakOrders(backbone::sql, 10);
            Router router = start(backbone).awaitReady();
            var client = new Client("http://127.0.0.1:" + port);
            try (var offering = new Offering(orders, IN_FLIGHT, backbone.brokers(), call -> client)) {
                long begin = System.nanoTime();
                offering.start(ORDERS);
                for (int trouble = 1; trouble <= TROUBLES; trouble++) {
                    int placed = ORDERS * trouble / (TROUBLES + 1);
                    await().atMost(LIMIT).until(() -> orders.count() >= placed && orders.count("ended_at IS NULL") > 0);
                    if (trouble % 2 == 1) {
                        router.kill();
                        router = start(backbone).awaitReady();
                    } else {
                        restart(backbone, offering);
                    }
                }
                offering.await();
                awaitEnds(orders);
                System.out.printf(
                        "hardship: %d orders, %d of them refused, in %d s; other answers: %s%n",
                        orders.count(),
                        orders.count("status = 'ABORTED'"),
                        Duration.ofNanos(System.nanoTime() - begin).toSeconds(),
                        offering.others());
                assertWhole(orders);
                assertThat(offering.others()).containsKey(UNAVAILABLE);
                assertThat(offering.others().keySet()).isSubsetOf(UNAVAILABLE, STARTING, "no answer");
            }
        }
    }

    private Router start(Backbone backbone) throws IOException {
        return backbone.start("router-" + routers++, properties);
    }

    /** Away until somebody was told so. */
    private static void restart(Backbone backbone, Offering offering) {
        int before = offering.others().getOrDefault(UNAVAILABLE, 0);
        backbone.stopDatabase();
        await().atMost(LIMIT).until(() -> offering.others().getOrDefault(UNAVAILABLE, 0) > before);
        backbone.startDatabase();
    }

    private static void awaitEnds(SoakOrders orders) {
        await().atMost(LIMIT)
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(
                        () -> assertThat(orders.count("ended_at IS NOT NULL")).isEqualTo(orders.count()));
    }

    private static void assertWhole(SoakOrders orders) {
        assertThat(orders.count()).isEqualTo(ORDERS);
        assertThat(orders.count("true")).as("none is doubled").isEqualTo(ORDERS);
        assertThat(orders.astray()).isEmpty();
        assertThat(orders.count("parked IS NOT NULL")).isZero();
        await().atMost(LIMIT).untilAsserted(() -> assertThat(orders.halves()).isEmpty());
        assertThat(orders.books()).isEqualTo(orders.booksDue());
    }
}
