package org.bactrian.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bactrian.camel.Yaml.PARTICIPANT;
import static org.bactrian.camel.Yaml.bareStep;
import static org.bactrian.camel.Yaml.callback;
import static org.bactrian.camel.Yaml.pipeline;
import static org.bactrian.camel.Yaml.pipelineWithin;
import static org.bactrian.camel.Yaml.plainStep;
import static org.bactrian.camel.Yaml.route;
import static org.bactrian.camel.Yaml.saga;
import static org.bactrian.camel.Yaml.step;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.bactrian.log.LogText;
import org.bactrian.participants.TestDatabase;
import org.bactrian.saga.SagaId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** How a saga of a killed process is aborted, undone, parked or left alone in the next one. */
class ResumedEndIT {
    private static final String OWN = "completion: 'direct:confirm-r', compensation: 'direct:undo-r'";

    /** Of each test its own: routers take over what others left. */
    private final HikariDataSource database = TestDatabase.migrated("src/main/resources/db/migration");

    private final Restarts routers = new Restarts(database);
    private final CountDownLatch never = new CountDownLatch(1);

    @AfterEach
    void stop() {
        never.countDown();
        routers.close();
        database.close();
    }

    @Test
    void killedWhileACompensationIsTriedAgain_attemptsAreCountedOn() {
        routers.with(pipeline("p", "to: 'direct:a'"), plainStep("a"));
        routers.first.refuses("a action", "no");
        failingUntilThe(2, routers.first);
        failingUntilThe(9, routers.second);
        String saga = routers.first.submit("x");
        routers.first.assertLogContains(saga, "compensating 2 (away 1)");

        routers.restart();

        routers.second.assertLogContains(saga, "parked");
        assertThat(LogText.of(database, saga))
                .startsWith(
                        "ABORTING a refused: no [parked] compensation of a (direct://undo-a) failed 3 of 3 attempts, last \"away 1\"")
                .contains("compensating, compensating 2 (away 1), compensating 3 (interrupted)\n");
        assertThat(routers.second.calls).containsExactly("a compensation");
    }

    @Test
    void killedInTheLastAttempt_theSagaIsParkedWithoutAnother() {
        routers.with(pipeline("p", "to: 'direct:a'"), plainStep("a"));
        routers.first.refuses("a action", "no");
        failingUntilThe(3, routers.first);
        String saga = routers.first.submit("x");
        routers.first.assertLogContains(saga, "compensating 3 (away 2)");

        routers.restart();

        routers.second.assertLogContains(saga, "parked");
        assertThat(LogText.of(database, saga))
                .contains("compensation of a (direct://undo-a) was interrupted in attempt 3 of 3");
        assertThat(routers.second.calls).isEmpty();
    }

    @Test
    void theStepsRouteNamesAnotherCompensationNow_thatIsCalled() {
        routers.first.with(pipeline("p", "to: 'direct:a'"), plainStep("a"));
        routers.second.with(
                pipeline("p", "to: 'direct:a'"),
                bareStep("a", "compensation: 'direct:mended'", PARTICIPANT),
                route("mended", "direct:mended", "setHeader: {name: sagaStep, constant: mended}", PARTICIPANT));
        routers.first.refuses("a action", "no");
        failingUntilThe(1, routers.first);
        String saga = routers.first.submit("x");
        routers.first.awaitCalls("a compensation");

        routers.restart();

        routers.second.assertLogContains(saga, "compensating 2 (interrupted), compensated");
        assertThat(routers.second.calls).containsExactly("mended compensation");
    }

    @Test
    void theStepsRouteIsGone_theRecordedCompensationIsCalled() {
        routers.first.with(pipeline("p", "to: 'direct:a'"), plainStep("a"));
        routers.second.with(callback("undo-a"));
        routers.first.refuses("a action", "no");
        failingUntilThe(1, routers.first);
        String saga = routers.first.submit("x");
        routers.first.awaitCalls("a compensation");

        routers.restart();

        routers.second.assertLogContains(saga, "compensating 2 (interrupted), compensated");
        assertThat(routers.second.calls).containsExactly("a compensation");
    }

    @Test
    void itsTimeLimitGoesOn_itIsAbortedInTime() {
        routers.with(
                pipelineWithin("2s", "p", "to: 'direct:a'"),
                step("a", "timeout: 1m", PARTICIPANT, "to: 'await:a:action'"));
        String saga = routers.first.submit("x");
        routers.first.awaitCalls("a action");

        routers.restart();

        routers.second.assertLogContains(saga, "aborting (cancelled: its time limit was over at");
        assertThat(between(saga, "payload", "aborting")).isBetween(Duration.ofMillis(1_900), Duration.ofSeconds(6));
        routers.second.signal(saga, "a:action", "Done", "");
        routers.second.assertLogContains(saga, "aborted");
    }

    @Test
    void itsTimeLimitIsOver_itIsAbortedAtOnceAndUndoneWhenItsActionCannotRunAnyMore() {
        routers.with(
                pipelineWithin("1h", "p", "to: 'direct:a'", "to: 'direct:b'"),
                plainStep("a"),
                step("b", "timeout: 2s", PARTICIPANT));
        routers.first.on("b action", exchange -> TestRouter.pass(never));
        String saga = routers.first.submit("x");
        routers.first.awaitCalls("b action");
        routers.kill();
        routers.set(saga, "deadline_at = now()");

        routers.restart();

        routers.second.assertLogContains(saga, "aborted");
        assertThat(LogText.of(database, saga)).isEqualTo("""
                ABORTED cancelled: its time limit was over before it was taken over
                saga: payload, aborting (cancelled: its time limit was over before it was taken over), aborted
                a: begun, succeeded, compensating, compensated
                b: begun, compensating, compensated
                """);
        assertThat(routers.second.calls).containsExactly("b compensation", "a compensation");
        assertThat(between(saga, "begun", "compensating")).isGreaterThanOrEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void parkedBefore_itStaysSoAndIsFound() {
        routers.with(pipeline("p", "to: 'direct:a'"), plainStep("a"));
        routers.first.refuses("a action", "no").refuses("a compensation", "never");
        String saga = routers.first.submit("x");
        routers.first.assertLogContains(saga, "parked");
        String before = LogText.of(database, saga);

        routers.restart();
        assertThat(routers.second.submit("y")).isNotNull(); // taken over before it

        assertThat(routers.second.signal(saga, "a:compensation", "Late", "").getException())
                .isNull();
        routers.second.awaitSettled();
        assertThat(LogText.of(database, saga)).isEqualTo(before);
        assertThat(routers.second.calls).doesNotContain("a compensation");
        assertThat(routers.second.service.live(SagaId.of(saga))).isPresent();
    }

    @Test
    void itsRoutersEndedFiveTimes_itIsParked() {
        routers.with(pipeline("p", "to: 'direct:a'"), plainStep("a"));
        routers.first.on("a action", exchange -> TestRouter.pass(never));
        String saga = routers.first.submit("x");
        routers.first.awaitCalls("a action");
        routers.kill();
        routers.set(saga, "claims = 4");

        routers.restart();

        routers.second.assertLogContains(saga, "saga: payload, parked");
        assertThat(LogText.of(database, saga)).startsWith("STARTED [parked] it kills its router");
        assertThat(routers.second.calls).isEmpty();
    }

    @Test
    void aRoutesOwnSaga_isAborted() {
        routers.with(
                route(
                        "r",
                        "direct:r",
                        saga(
                                "REQUIRES_NEW",
                                "",
                                "to: 'direct:a'",
                                "setHeader: {name: sagaStep, constant: r}",
                                PARTICIPANT)),
                plainStep("a"));
        routers.first.on("r action", exchange -> TestRouter.pass(never));
        var unused = routers.first.sendAndForget("direct:r", "x", Map.of());
        routers.first.awaitCalls("a action", "r action");
        String saga = routers.first.keys.get(0).replaceFirst(" .*", "");

        routers.restart();

        routers.second.assertLogContains(saga, "aborted");
        assertThat(LogText.of(database, saga))
                .startsWith("ABORTED cancelled: interrupted: ")
                .contains("a: joined, succeeded, compensating, compensated\n");
    }

    @Test
    void aRoutesOwnSagaThatItLeavesToOthers_waitsForItsLimit() {
        routers.with(
                route("r", "direct:r", saga("REQUIRES_NEW", "completionMode: MANUAL, timeout: 3s", "to: 'direct:a'")),
                plainStep("a"));
        routers.first.send("direct:r", "x", Map.of());
        String saga = routers.first.keys.get(0).replaceFirst(" .*", "");

        routers.restart();

        routers.second.assertLogContains(saga, "aborted");
        assertThat(LogText.of(database, saga)).startsWith("ABORTED cancelled: its time limit was over at");
        assertThat(between(saga, "begun", "aborting")).isGreaterThan(Duration.ofSeconds(2));
    }

    @Test
    void aRouteWithItsOwnCallbacksIsInterrupted_itIsUndoneWithTheRest() {
        routers.with(
                route(
                        "r",
                        "direct:r",
                        saga(
                                "REQUIRES_NEW",
                                OWN,
                                "to: 'direct:a'",
                                "setHeader: {name: sagaStep, constant: {expression: r}}",
                                PARTICIPANT)),
                callback("undo-r"),
                callback("confirm-r"),
                plainStep("a"));
        routers.first.on("r action", exchange -> TestRouter.pass(never));
        var unused = routers.first.sendAndForget("direct:r", "x", Map.of());
        routers.first.awaitCalls("a action", "r action");
        String saga = routers.first.begunBy("r");

        routers.restart();

        routers.second.assertLogContains(saga, "r: begun, compensating, compensated");
        assertThat(LogText.of(database, saga)).startsWith("ABORTED cancelled: interrupted: ");
        assertThat(routers.second.calls).containsExactly("a compensation", "r compensation");
    }

    @Test
    void aRouteWithItsOwnCallbacksLeftItsEndToOthers_itIsCompletedInTheNextProcess() {
        routers.with(
                route("r", "direct:r", saga("REQUIRED", "completionMode: MANUAL, " + OWN, "to: 'direct:a'")),
                route("good", "direct:good", "to: 'saga:complete'"),
                callback("undo-r"),
                callback("confirm-r"),
                plainStep("a"));
        routers.first.send("direct:r", "x", Map.of());
        String saga = routers.first.begunBy("r");

        routers.restart();
        Awaitility.await().until(() -> routers.second.isLive(saga));
        routers.second.send("direct:good", "x", Map.of("Long-Running-Action", routers.second.lraId(saga)));

        routers.second.assertLog(saga, """
                COMPLETED
                saga: completing, completed
                a: joined, succeeded
                r: begun, succeeded, completing, completed
                """);
    }

    /** The attempt of this number never answers, those before it fail. */
    private void failingUntilThe(int attempt, TestRouter router) {
        var count = new AtomicInteger();
        router.on("a compensation", exchange -> {
            if (count.incrementAndGet() == attempt) {
                TestRouter.pass(never);
            }
            throw new IOException("away " + count);
        });
    }

    /** From the last record of the one kind to the first of the other. */
    private Duration between(String saga, String from, String to) {
        return JdbcClient.create(database)
                .sql("""
                        SELECT extract(epoch FROM min(at) FILTER (WHERE kind = :to) - max(at) FILTER (WHERE kind = :from)) * 1000
                        FROM saga_record WHERE saga_id = :saga::uuid""")
                .param("from", from)
                .param("to", to)
                .param("saga", saga)
                .query(Long.class)
                .optional()
                .map(Duration::ofMillis)
                .orElseThrow();
    }
}
