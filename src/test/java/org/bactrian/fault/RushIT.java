package org.bactrian.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bactrian.scenario.Client;
import org.bactrian.scenario.OrderBuilder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Far more orders than the machine can do, on the shipped limits but for the length of the queue, in a heap of 512 MB. */
@Tag("proof")
class RushIT {
    private static final int ORDERS = Integer.getInteger("proof.rush", 20_000);
    private static final int TIMES = 3;
    private static final int CLIENTS = 64;
    private static final int WAITING = 500;
    private static final int ONE_IN_SO_MANY_OVER_KAFKA = 40;
    private static final Duration MEASURED = Duration.ofSeconds(12);
    /** A machine that does less gets more than three times as much, or this would never end. */
    private static final double LEAST_RATE = ORDERS / 180.0;

    private static final String REFUSED = "503 application/problem+json, Retry-After 5";
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final Pattern AFTER_GC = Pattern.compile("Pause (\\w+).* \\d+M->(\\d+)M\\(");

    @TempDir
    Path folder;

    @Test
    void threeTimesAsManyOrdersAsCanBeDone_everyAcceptedOneEndsRightAndNothingIsLeftOfTheOthers() throws Exception {
        Path gc = folder.resolve("gc.log");
        try (var backbone = new Backbone(folder)) {
            Router router = backbone.start(
                            "router",
                            Map.of("saga.waiting.most", String.valueOf(WAITING)),
                            List.of("-Xmx512m", "-XX:+ExitOnOutOfMemoryError", "-Xlog:gc:file=" + gc))
                    .awaitReady();
            var orders = new SoakOrders(backbone::sql, 10);
            closedLoop(orders, router.client(), MEASURED.dividedBy(2));
            double able = closedLoop(orders, router.client(), MEASURED);
            int measured = orders.count();
            double offered;
            Map<String, Integer> answers;
            long begin = System.nanoTime();
            try (var rush = new Rush(
                    orders, "http://127.0.0.1:" + router.port(), backbone.brokers(), ONE_IN_SO_MANY_OVER_KAFKA)) {
                offered = rush.offer(ORDERS, Math.max(TIMES * able, LEAST_RATE));
                answers = rush.answers();
            }
            awaitEnds(orders);
            double seconds = (System.nanoTime() - begin) / 1e9;

            System.out.printf(
                    "rush: the machine does %.0f orders/s; %d offered at %.0f/s: %s%n"
                            + "rush: %d accepted, all ended %.0f s after the first (%.0f/s): %d COMPLETED, %d ABORTED, of which %d should not%n"
                            + "rush: heap after GC at most %d MB, after a full one %d MB, of 512%n",
                    able,
                    ORDERS,
                    offered,
                    answers,
                    orders.count() - measured,
                    seconds,
                    (orders.count() - measured) / seconds,
                    orders.count("status = 'COMPLETED'"),
                    orders.count("status = 'ABORTED'"),
                    orders.astray().size(),
                    peak(gc, "\\w+"),
                    peak(gc, "Full"));
            assertThat(answers.keySet()).containsExactlyInAnyOrder("202", REFUSED, "Kafka");
            assertWhole(orders);
            assertThat(router.process().isAlive()).isTrue();
            assertThat(router.printed()).doesNotContain("OutOfMemoryError");
            await().atMost(LIMIT).until(() -> router.metric("saga_running") == 0);
        }
    }

    /** Orders a second, each client waiting for the end of its last one. */
    private static double closedLoop(SoakOrders orders, Client client, Duration time) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        long begin = System.nanoTime();
        var ended = new AtomicInteger();
        List<Future<?>> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(threads.submit(() -> {
                while (System.nanoTime() - begin < time.toNanos()) {
                    OrderBuilder order = orders.next();
                    assertThat(client.place(order).statusCode()).isIn(200, 202);
                    orders.accepted(order);
                    ended.incrementAndGet();
                }
            }));
        }
        for (Future<?> one : clients) {
            one.get();
        }
        threads.shutdown();
        return ended.get() / ((System.nanoTime() - begin) / 1e9);
    }

    private static void awaitEnds(SoakOrders orders) {
        await().atMost(LIMIT)
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(
                        () -> assertThat(orders.count("ended_at IS NOT NULL")).isEqualTo(orders.count()));
    }

    private static void assertWhole(SoakOrders orders) {
        assertThat(orders.count("true")).as("nothing is left of a refused one").isEqualTo(orders.count());
        assertThat(orders.unknown()).isEmpty();
        assertThat(orders.astray()).isEmpty();
        assertThat(orders.count("parked IS NOT NULL")).isZero();
        await().atMost(LIMIT).untilAsserted(() -> assertThat(orders.halves()).isEmpty());
        assertThat(orders.books()).isEqualTo(orders.booksDue());
    }

    /** The most megabytes that were left by a collection of this kind. */
    private static int peak(Path log, String kind) throws IOException {
        return Files.readAllLines(log).stream()
                .map(AFTER_GC::matcher)
                .filter(Matcher::find)
                .filter(line -> line.group(1).matches(kind))
                .mapToInt(line -> Integer.parseInt(line.group(2)))
                .max()
                .orElse(0);
    }
}
