package org.bactrian.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bactrian.camel.Yaml.PARTICIPANT;
import static org.bactrian.camel.Yaml.parallel;
import static org.bactrian.camel.Yaml.pipeline;
import static org.bactrian.camel.Yaml.pipelineWithin;
import static org.bactrian.camel.Yaml.plainStep;
import static org.bactrian.camel.Yaml.route;
import static org.bactrian.camel.Yaml.step;

import com.zaxxer.hikari.HikariDataSource;
import java.lang.ref.WeakReference;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.bactrian.log.LogText;
import org.bactrian.participants.TestDatabase;
import org.bactrian.saga.Refused;
import org.bactrian.saga.SagaId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** Parallel stages, and what ends when its time is over. */
class StageAndTimeLimitIT {
    private static final HikariDataSource DATABASE = TestDatabase.migrated("src/main/resources/db/migration");

    private final TestRouter router = new TestRouter(DATABASE);

    @AfterEach
    void stop() {
        router.close();
        TestDatabase.forgetSagas(DATABASE); // else the next router takes over what is left
    }

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @Test
    void branchesSucceed_theStageAnswersWithEveryStepsResult() {
        router.with(
                pipeline("p", parallel("to: 'direct:a'", "to: 'direct:b'"), "to: 'direct:c'"),
                plainStep("a"),
                plainStep("b"),
                plainStep("c"));
        router.on("a action", exchange -> exchange.getMessage().setBody("{\"n\": 1}"));
        router.on("b action", exchange -> exchange.getMessage().setBody("held"));
        router.on("c action", exchange -> router.calls.add(exchange.getMessage().getBody(String.class)));

        router.assertLog(router.submit("x"), """
                COMPLETED
                saga: payload, completed
                a: begun, succeeded
                b: begun, succeeded
                c: begun, succeeded
                """);
        assertThat(router.calls).contains("{\"a\":{\"n\":1},\"b\":\"held\"}");
    }

    @Test
    void oneBranchFailsWhileTheOtherIsSlow_nothingIsUndoneBeforeTheSlowActionEnded() throws Exception {
        var slow = new CountDownLatch(1);
        var failed = new CountDownLatch(1);
        router.with(
                pipeline("p", "to: 'direct:a'", parallel("to: 'direct:b'", "to: 'direct:c'"), "to: 'direct:d'"),
                step("a"),
                step("b"),
                step("c"),
                step("d"));
        router.on("b action", exchange -> {
            TestRouter.pass(slow);
            router.calls.add("b ended");
        });
        router.on("c action", exchange -> {
            failed.countDown();
            throw new Refused("no stock");
        });

        String saga = router.submit("x");
        TestRouter.pass(failed);
        router.assertLogContains(saga, "c: begun, failed (refused: no stock)");
        slow.countDown();

        router.assertLog(saga, """
                ABORTED c refused: no stock
                saga: payload, aborting (c refused: no stock), aborted
                a: begun, succeeded, compensating, compensated
                b: begun, succeeded, compensating, compensated
                c: begun, failed (refused: no stock), compensating, compensated
                """);
        List<String> after = router.calls.subList(router.calls.indexOf("b ended"), router.calls.size());
        assertThat(after)
                .containsOnlyOnce("a compensation", "b compensation", "c compensation")
                .endsWith("a compensation");
        assertThat(router.calls).doesNotContain("d action");
    }

    @Test
    void bothBranchesFail_allIsUndoneOnce() {
        router.with(pipeline("p", parallel("to: 'direct:a'", "to: 'direct:b'")), step("a"), step("b"));
        router.refuses("a action", "no");
        router.refuses("b action", "no");

        String saga = router.submit("x");

        Awaitility.await().until(() -> !router.isLive(saga));
        assertThat(LogText.of(DATABASE, saga)).startsWith("ABORTED").endsWith("""
                a: begun, failed (refused: no), compensating, compensated
                b: begun, failed (refused: no), compensating, compensated
                """);
    }

    @Test
    void aStepsOwnTimeIsOver_onlyThatStepHasFailed() {
        router.with(
                pipeline("p", "to: 'direct:a'", "to: 'direct:b'"),
                step("a"),
                step("b", "timeout: 50", PARTICIPANT, "to: 'await:b:action'"));

        String saga = router.submit("x");

        Awaitility.await().until(() -> !router.isLive(saga));
        assertThat(LogText.of(DATABASE, saga).replaceAll("within \\d+ ms", "in time"))
                .isEqualTo("""
                ABORTED b got no answer: no signal b:action in time
                saga: payload, aborting (b got no answer: no signal b:action in time), aborted
                a: begun, succeeded, compensating, compensated
                b: begun, failed (got no answer: no signal b:action in time), compensating, compensated
                """);
    }

    @Test
    void anActionEndsOnlyAfterItsLimit_itsStepHasFailedAndIsUndoneAndTheNextDoesNotBegin() {
        router.with(
                pipeline("p", "to: 'direct:a'", "to: 'direct:b'"), step("a", "timeout: 100", PARTICIPANT), step("b"));
        router.on(
                "a action",
                exchange -> Awaitility.await().pollDelay(Duration.ofMillis(300)).until(() -> true));

        router.assertLog(router.submit("x"), """
                ABORTED a got no answer: its action ended only after its limit
                saga: payload, aborting (a got no answer: its action ended only after its limit), aborted
                a: begun, failed (got no answer: its action ended only after its limit), compensating, compensated
                """);
        assertThat(router.calls).containsExactly("a action", "a compensation");
    }

    @Test
    void theLogIsSlow_aStepsLimitIsCountedFromItsRecord() {
        router.with(
                pipeline("p", "to: 'direct:a'", "to: 'direct:b'"),
                plainStep("a"),
                step("b", "timeout: 1s", PARTICIPANT));
        router.on("a action", exchange -> holdUpTheLog(Duration.ofMillis(1_500)));

        router.assertLog(router.submit("x"), """
                COMPLETED
                saga: payload, completed
                a: begun, succeeded
                b: begun, succeeded
                """);
    }

    @Test
    void theSagasTimeIsOverWhileAStepWaits_undoWaitsForTheStep() {
        router.with(
                pipelineWithin("1s", "p", "to: 'direct:a'", "to: 'direct:b'", "to: 'direct:c'"),
                step("a"),
                step("b", "timeout: 10s", PARTICIPANT, "to: 'await:b:action'", PARTICIPANT),
                step("c"));

        String saga = router.submit("x");
        router.assertLog(saga, """
                ABORTING cancelled: its time limit of 1,000 ms is over
                saga: payload, aborting (cancelled: its time limit of 1,000 ms is over)
                a: begun, succeeded
                b: begun
                """);
        router.signal(saga, "b:action", "Done", "late");

        router.assertLog(saga, """
                ABORTED cancelled: its time limit of 1,000 ms is over
                saga: payload, aborting (cancelled: its time limit of 1,000 ms is over), aborted
                a: begun, succeeded, compensating, compensated
                b: begun, succeeded, compensating, compensated
                """);
        assertThat(router.calls)
                .as("c does not begin")
                .containsExactly("a action", "b action", "b action", "b compensation", "a compensation");
    }

    @Test
    void theActionOutlivesItsLimitAfterTheAbort_itsOutcomeIsHistory() throws Exception {
        var open = new CountDownLatch(1);
        router.with(pipelineWithin("1s", "p", "to: 'direct:a'"), step("a", "timeout: 50", PARTICIPANT));
        router.on("a action", exchange -> TestRouter.pass(open));

        String saga = router.submit("x");
        router.assertLog(saga, """
                ABORTED cancelled: its time limit of 1,000 ms is over
                saga: payload, aborting (cancelled: its time limit of 1,000 ms is over), aborted
                a: begun, compensating, compensated
                """);
        open.countDown();

        router.assertLog(saga, """
                ABORTED cancelled: its time limit of 1,000 ms is over
                saga: payload, aborting (cancelled: its time limit of 1,000 ms is over), aborted
                a: begun, compensating, compensated, failed (got no answer: its action ended only after its limit)
                """);
        assertThat(LogText.steps(DATABASE, saga))
                .isEqualTo("a COMPENSATED 1 1 got no answer: its action ended only after its limit\n");
    }

    @Test
    void theSagaHasEnded_itsTimeLimitHoldsNothingAnyMore() {
        router.with(pipelineWithin("1h", "p", "to: 'direct:a'"), plainStep("a"));
        String saga = router.submit("x");
        var coordinator =
                new WeakReference<>(router.service.live(SagaId.of(saga)).orElse(null));
        Awaitility.await().until(() -> !router.isLive(saga));

        Awaitility.await().until(() -> {
            System.gc();
            return coordinator.get() == null;
        });
    }

    @Test
    void timeIsOverAtTheMomentOfTheEnd_everySagaIsOneOrTheOther() {
        router.with(pipelineWithin("30", "p", "to: 'direct:a'", "to: 'direct:b'"), step("a"), step("b"));
        router.on(
                "b action",
                exchange -> Awaitility.await()
                        .pollInterval(Duration.ofMillis(1))
                        .pollDelay(Duration.ofMillis(20 + router.calls.size() % 12))
                        .until(() -> true));

        List<String> sagas =
                IntStream.range(0, 40).mapToObj(i -> router.submit("x")).toList();

        sagas.forEach(saga -> Awaitility.await().until(() -> !router.isLive(saga)));
        router.awaitSettled();
        assertThat(sagas).allSatisfy(saga -> {
            String log = LogText.of(DATABASE, saga);
            if (log.startsWith("COMPLETED")) {
                assertThat(log).doesNotContain("compensat", "abort");
            } else {
                assertThat(log).startsWith("ABORTED").doesNotContain("completing", "completed");
            }
        });
        assertThat(new JdbcTemplate(DATABASE).queryForList("SELECT * FROM saga WHERE ended_at IS NULL"))
                .isEmpty();
    }

    @Test
    void theServiceHasOneThreadOnly_everySagaStillEnds() {
        var one = Executors.newSingleThreadExecutor();
        try (var narrow = new TestRouter(DATABASE, one)) {
            narrow.with(
                    pipelineWithin("1m", "p", "to: 'direct:a'", parallel("to: 'direct:b'", "to: 'direct:c'")),
                    step("a", "timeout: 10s", PARTICIPANT, "to: 'await:a:action'"),
                    step("b"),
                    step("c"));
            narrow.refuses("c action", "no");
            List<String> sagas =
                    IntStream.range(0, 30).mapToObj(i -> narrow.submit("x")).toList();
            sagas.forEach(saga -> narrow.signal(saga, "a:action", "", ""));

            sagas.forEach(saga -> narrow.assertLog(saga, """
                    ABORTED c refused: no
                    saga: payload, aborting (c refused: no), aborted
                    a: begun, succeeded, compensating, compensated
                    b: begun, succeeded, compensating, compensated
                    c: begun, failed (refused: no), compensating, compensated
                    """));
        }
        one.shutdown();
    }

    @Test
    void aPipelineInAnotherPipeline_eachHasItsOwnEnd() {
        router.with(
                pipeline("p", "to: 'direct:a'"),
                plainStep("a"),
                pipeline("q", "to: 'direct:b'"),
                plainStep("b"),
                route("both", "direct:both", "to: 'pipeline:p?key=${body}'", "to: 'pipeline:q?key=${body}'"));

        var done = router.send("direct:both", "both", Map.of());

        assertThat(done.getException()).isNull();
        router.assertLog(done.getMessage().getHeader("sagaId", String.class), """
                COMPLETED
                saga: payload, completed
                b: begun, succeeded
                """);
    }

    /** From now on for so long nothing is written. */
    private static void holdUpTheLog(Duration time) throws SQLException {
        Connection other = DATABASE.getConnection();
        other.setAutoCommit(false);
        other.createStatement().execute("SELECT FROM router_instance FOR UPDATE");
        CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> {
                    try {
                        other.rollback();
                        other.close();
                    } catch (SQLException e) {
                        throw new IllegalStateException(e);
                    }
                });
    }
}
