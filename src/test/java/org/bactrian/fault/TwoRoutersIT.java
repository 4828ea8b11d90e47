package org.bactrian.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.bactrian.RunningApplication;
import org.bactrian.scenario.OrderBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two whole routers, each a process with every route, on one PostgreSQL and one Kafka; something befalls the first. */
@Tag("proof")
class TwoRoutersIT {
    private static final Duration LEASE = Duration.ofSeconds(5);
    private static final Duration FINISH = Duration.ofSeconds(10);
    private static final Duration END = Duration.ofSeconds(24);
    private static final Duration GO_ON = Duration.ofSeconds(2);
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final int HELD = 30;
    private static final int LEAST = 20;
    private static final int IN_FLIGHT = 16;
    private static final int LEFT = 4;

    @TempDir
    Path folder;

    private Backbone backbone;
    private SoakOrders orders;
    private HeldReplies replies;
    private Router first;
    private Router second;

    @BeforeEach
    void start() throws IOException {
        backbone = new Backbone(folder);
        orders = new SoakOrders(backbone::sql, 10);
        int port = RunningApplication.freePort();
        replies = new HeldReplies(port);
        first = backbone.start(
                "first",
                Map.of(
                        "camel.server.port", String.valueOf(port),
                        "participant.order.url", replies.url(),
                        "camel.component.http.responseTimeout", "60000",
                        "saga.threads", String.valueOf(HELD + 10)));
        second = backbone.start("second", Map.of());
        first.awaitReady();
        second.awaitReady();
    }

    @AfterEach
    void stop() {
        replies.close();
        backbone.close();
    }

    @Test
    void firstIsKilledUnderLoad_secondFinishesItsSagasSoonAfterTheLease() throws Exception {
        replies.release();
        UUID victim = instanceOf(first);
        List<String> left;
        Instant killed;
        try (var offering = new Offering(
                orders,
                IN_FLIGHT,
                backbone.brokers(),
                call -> (call % 2 == 0 || !first.process().isAlive() ? second : first).client())) {
            offering.start(200);
            await().atMost(LIMIT)
                    .until(() -> orders.count("ended_at IS NOT NULL") > 40
                            && orders.count("ended_at IS NULL AND owner = '%s'".formatted(victim)) >= LEFT);
            first.kill();
            killed = now();
            left = sagas("ended_at IS NULL AND owner = '%s'".formatted(victim));
            offering.await();
            assertThat(offering.others().keySet())
                    .as(offering.others().toString())
                    .isSubsetOf("no answer");
        }
        awaitEnds();

        Duration took = Duration.between(killed, lastEnd(left));
        System.out.printf(
                "killed: %d sagas left, the first step went on %d ms after it, the last saga ended %d ms after it%n",
                left.size(),
                attempts(killed).stream()
                        .findFirst()
                        .map(step -> Duration.between(killed, step).toMillis())
                        .orElse(-1L),
                took.toMillis());
        assertThat(left).isNotEmpty();
        assertWhole();
        assertThat(took).isLessThan(LEASE.plus(FINISH));
    }

    @Test
    void firstIsFrozenWithRecordsToWrite_theyAreRefusedWhenItGoesOnAndNothingOfThemIsInTheLog() throws Exception {
        UUID frozen = place(HELD);
        await().atMost(LIMIT).until(() -> replies.held() == HELD);
        try (Connection fence = backbone.connect("saga")) {
            fence.setAutoCommit(false);
            lock(fence, frozen); // what is written from now on waits in the first one's queue
            replies.release();
            await().atMost(LIMIT).until(() -> first.metric("saga_log_queued") >= LEAST);
            assertThat(first.metric("saga_log_refused_total")).isZero();
            first.freeze();
            fence.rollback();
        }
        awaitEnds();
        String before = log();

        first.thaw();
        await().atMost(LIMIT).until(() -> first.metric("saga_log_refused_total") >= LEAST);
        System.out.printf("frozen: %.0f records refused%n", first.metric("saga_log_refused_total"));
        instanceOf(first); // it goes on, under another id

        assertThat(sagas("owner = '%s'".formatted(frozen))).isEmpty();
        assertThat(log()).startsWith(before);
        assertWhole();
    }

    @Test
    void firstIsToldToEnd_secondGoesOnAtOnceAndNoClaimIsCounted() throws Exception {
        replies.release();
        UUID stopped;
        Instant told;
        Duration took;
        try (Connection relay = backbone.connect("inventory")) {
            relay.createStatement().execute("SELECT pg_advisory_lock(hashtextextended('public.outbox', 0))");
            stopped = place(HELD);
            await().atMost(LIMIT)
                    .until(() -> backbone.sql("inventory")
                                    .sql("SELECT count(*) FROM outbox")
                                    .query(Long.class)
                                    .single()
                            >= HELD);
            told = now();
            first.terminate();
            await().atMost(LIMIT)
                    .until(() -> sagas("owner = '%s'".formatted(stopped)).isEmpty());
            await().atMost(LIMIT).until(() -> attempts(told).size() == HELD);
            took = Duration.between(told, attempts(told).get(HELD - 1));
            first.awaitEnd();
            System.out.printf(
                    "told to end: the last of %d sagas went on %d ms after it, the process ended after %d ms%n",
                    HELD, took.toMillis(), Duration.between(told, now()).toMillis());
        }
        awaitEnds();

        assertThat(second.printed().lines().filter(line -> line.contains("saga taken over")))
                .hasSize(HELD)
                .allMatch(line -> line.contains("claims=0"));
        assertThat(sagas("owner IS NULL OR owner = '%s'".formatted(stopped))).isEmpty();
        assertWhole();
        assertThat(took).isLessThan(GO_ON);
    }

    @Test
    void firstIsToldToEndWhileTheDatabaseIsAway_itEndsSoon() {
        place(HELD);
        await().atMost(LIMIT).until(() -> replies.held() == HELD);
        backbone.stopDatabase();
        replies.release();
        long told = System.nanoTime();

        first.terminate();
        first.awaitEnd();

        Duration took = Duration.ofNanos(System.nanoTime() - told);
        System.out.printf("told to end without a database: the process ended after %d ms%n", took.toMillis());
        assertThat(took).isLessThan(END);
    }

    /** Places so many good orders at the first router; the instance that it is. */
    private UUID place(int number) {
        while (orders.count() < number) {
            OrderBuilder order = orders.nextGood();
            assertThat(first.client()
                            .post(order.toString(), "Content-Type", "application/json")
                            .statusCode())
                    .isEqualTo(202);
            orders.accepted(order);
        }
        return backbone.sql("saga")
                .sql("SELECT DISTINCT owner FROM saga")
                .query(UUID.class)
                .single();
    }

    /** Completes an order there, sent again as long as it gets a 503, and looks who it was. */
    private UUID instanceOf(Router router) {
        OrderBuilder order = orders.nextGood();
        orders.accepted(order);
        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(router.client().place(order).body()).contains("COMPLETED"));
        return backbone.sql("saga")
                .sql("SELECT owner FROM saga WHERE business_key = ?")
                .param(order.id())
                .query(UUID.class)
                .single();
    }

    private static void lock(Connection connection, UUID instance) throws Exception {
        try (var lock = connection.prepareStatement("SELECT FROM router_instance WHERE instance_id = ? FOR UPDATE")) {
            lock.setObject(1, instance);
            lock.execute();
        }
    }

    private void awaitEnds() {
        await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(
                        () -> assertThat(orders.count("ended_at IS NOT NULL")).isEqualTo(orders.count()));
    }

    private void assertWhole() {
        assertThat(orders.astray()).isEmpty();
        assertThat(orders.count("true")).as("none is doubled").isEqualTo(orders.count());
        assertThat(orders.count("parked IS NOT NULL")).isZero();
        await().atMost(LIMIT).untilAsserted(() -> assertThat(orders.halves()).isEmpty());
        assertThat(orders.books()).isEqualTo(orders.booksDue());
        assertThat(backbone.sql("saga").sql(ORDERLY).query(String.class).list())
                .as("sagas whose records are not numbered without a gap, or not in the order of their times")
                .isEmpty();
    }

    private static final String ORDERLY = """
            SELECT saga_id::text FROM saga_record GROUP BY saga_id
            HAVING max(seq) <> count(*) - 1 OR array_agg(at ORDER BY seq) <> array_agg(at ORDER BY at, seq)
                OR count(*) FILTER (WHERE step IS NULL AND kind IN ('completed', 'aborted')) <> 1""";

    /** Every record of every saga, oldest saga first. */
    private String log() {
        return String.join(
                "\n",
                backbone.sql("saga")
                        .sql(
                                "SELECT concat_ws(' ', saga_id, seq, kind, step, at) FROM saga_record ORDER BY saga_id, seq")
                        .query(String.class)
                        .list());
    }

    private List<Instant> attempts(Instant after) {
        return backbone.sql("saga")
                .sql("SELECT min(at) FROM saga_record WHERE kind = 'attempt' AND at > ? GROUP BY saga_id ORDER BY 1")
                .param(java.sql.Timestamp.from(after))
                .query((row, line) -> row.getTimestamp(1).toInstant())
                .list();
    }

    private List<String> sagas(String condition) {
        return backbone.sql("saga")
                .sql("SELECT saga_id::text FROM saga WHERE " + condition)
                .query(String.class)
                .list();
    }

    private Instant lastEnd(List<String> sagas) {
        return backbone.sql("saga")
                .sql("SELECT max(ended_at) FROM saga WHERE saga_id = ANY (string_to_array(?, ',')::uuid[])")
                .param(String.join(",", sagas))
                .query((row, line) -> row.getTimestamp(1).toInstant())
                .single();
    }

    private Instant now() {
        return backbone.sql("saga")
                .sql("SELECT clock_timestamp()")
                .query((row, line) -> row.getTimestamp(1).toInstant())
                .single();
    }
}
