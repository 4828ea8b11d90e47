package org.bactrian.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.bactrian.scenario.Client;
import org.bactrian.scenario.OrderBuilder;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Orders run while records and calls between router and participants are dropped, doubled, delayed and reordered: {@code
 * -Dsoak.seconds=} says for how long, {@code -Dsoak.seed=} which ones.
 */
class SoakIT {
    private static final int SECONDS = Integer.getInteger("soak.seconds", 15);
    private static final long SEED =
            Long.getLong("soak.seed", ThreadLocalRandom.current().nextInt(1_000_000));
    private static final long LEAST_OF_EACH = 100;
    private static final int CLIENTS = 4;
    private static final int PAUSE_MILLIS = 120;
    /** A step of 30 s, another of 10 s to undo it, and time to breathe. */
    private static final Duration LONGEST_TAIL = Duration.ofSeconds(90);

    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    @Test
    void everythingBetweenThemGoesWrong_everyOrderIsWholeAndTheBooksAddUp() throws Exception {
        System.out.printf("soak: seed %d, %d s%n", SEED, SECONDS);
        try (var application = new TroubledApplication(Map.of())) {
            application.awaitBalance();
            var chaos = new Chaos(SEED, new OrderIds(application.sql("saga")));
            var orders = new SoakOrders(application::sql, 5);
            listen();
            application.disturb(chaos);
            offer(orders, new Client(application.application()), chaos);
            chaos.end();

            await().atMost(LONGEST_TAIL)
                    .pollInterval(Duration.ofMillis(500))
                    .untilAsserted(() ->
                            assertThat(orders.count("ended_at IS NOT NULL")).isEqualTo(orders.count()));
            await().atMost(LONGEST_TAIL)
                    .untilAsserted(() -> assertThat(application.unfinished()).isEmpty());
            System.out.printf(
                    "soak: seed %d, %d orders (%d completed, %d aborted), %s%n",
                    SEED,
                    orders.count(),
                    orders.count("status = 'COMPLETED'"),
                    orders.count("status = 'ABORTED'"),
                    chaos);
            assertThat(application.buried()).isZero();
            assertWhole(orders);
            assertThat(chaos.hasEnough(LEAST_OF_EACH)).as(chaos.toString()).isTrue();
        }
    }

    /** A steady stream, until the time is over and enough has gone wrong. */
    private static void offer(SoakOrders orders, Client client, Chaos chaos) throws InterruptedException {
        var clients = Executors.newScheduledThreadPool(CLIENTS);
        for (int i = 0; i < CLIENTS; i++) {
            var unused = clients.scheduleWithFixedDelay(
                    () -> place(orders, client), i * PAUSE_MILLIS / CLIENTS, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
        TimeUnit.SECONDS.sleep(SECONDS);
        await().atMost(Duration.ofSeconds(60)).until(() -> chaos.hasEnough(LEAST_OF_EACH));
        clients.shutdown();
        assertThat(clients.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }

    private static void place(SoakOrders orders, Client client) {
        OrderBuilder order = orders.next();
        int status = client.post(order.toString(), "Content-Type", "application/json")
                .statusCode();
        if (status == 202) {
            orders.accepted(order);
        } else {
            System.out.printf("soak: %s was answered %d%n", order.id(), status);
        }
    }

    private void assertWhole(SoakOrders orders) {
        assertThat(orders.count("parked IS NOT NULL")).as("parked").isZero();
        assertThat(orders.halves()).isEmpty();
        assertThat(orders.books()).isEqualTo(orders.booksDue());
        assertThat(errors()).isEmpty();
    }

    private void listen() {
        logged.start();
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).addAppender(logged);
    }

    private List<String> errors() {
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).detachAppender(logged);
        return List.copyOf(logged.list).stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.ERROR))
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }
}
