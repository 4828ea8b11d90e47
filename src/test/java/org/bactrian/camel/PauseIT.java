package org.bactrian.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bactrian.camel.Yaml.PARTICIPANT;
import static org.bactrian.camel.Yaml.pipeline;
import static org.bactrian.camel.Yaml.pipelineWithin;
import static org.bactrian.camel.Yaml.plainStep;
import static org.bactrian.camel.Yaml.step;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.awaitility.Awaitility;
import org.bactrian.log.LogText;
import org.bactrian.log.Pauses.Kind;
import org.bactrian.participants.TestDatabase;
import org.bactrian.saga.Headers;
import org.bactrian.saga.Refused;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What operators pause waits in the log, in whichever process; what runs, goes on. */
class PauseIT {
    private final HikariDataSource database = TestDatabase.migrated("src/main/resources/db/migration");
    private final Restarts routers = new Restarts(database);
    private final TestRouter router = routers.first;
    private final CountDownLatch open = new CountDownLatch(1);

    @AfterEach
    void stop() {
        open.countDown();
        routers.close();
        database.close();
    }

    @Test
    void pipelineIsPaused_newSagasWaitAndRunAfterIt() {
        routers.with(pipeline("p", "to: 'direct:a'"), plainStep("a"));
        pause(router, Kind.PIPELINE, "p");
        List<String> sagas = Stream.of(1, 2, 3).map(n -> router.submit("x" + n)).toList();
        assertThat(sagas).allSatisfy(saga -> routers.assertWaits(saga, null));
        assertThat(LogText.of(database, sagas.get(0))).isEqualTo("STARTED\nsaga: payload\n");

        resume(router, Kind.PIPELINE, "p");

        sagas.forEach(saga -> router.assertLog(saga, """
                COMPLETED
                saga: payload, completed
                a: begun, succeeded
                """));
        assertThat(router.calls).containsExactly("a action", "a action", "a action");
    }

    @Test
    void pipelineIsPausedWhileASagaRuns_thatGoesOn() {
        routers.with(pipeline("p", "to: 'direct:a'", "to: 'direct:b'"), plainStep("a"), plainStep("b"));
        router.on("a action", exchange -> TestRouter.pass(open));
        String saga = router.submit("x");
        router.awaitCalls("a action");

        pause(router, Kind.PIPELINE, "p");
        open.countDown();

        router.assertLogContains(saga, "COMPLETED");
    }

    @Test
    void stepIsPaused_theSagaThatComesToItWaitsAndIsNotRunAgainFromItsBeginning() {
        routers.with(pipeline("p", "to: 'direct:a'", "to: 'direct:b'"), plainStep("a"), plainStep("b"));
        pause(router, Kind.STEP, "b");
        String saga = router.submit("x");
        routers.awaitWaiting(saga, "b");
        router.awaitSettled();
        assertThat(router.refusedRecords()).as("no other process has it").isZero();

        resume(router, Kind.STEP, "b");

        router.assertLog(saga, """
                COMPLETED
                saga: payload, waiting, completed
                a: begun, succeeded
                b: begun, succeeded
                """);
        assertThat(router.calls).containsExactly("a action", "b action");
        assertThat(router.isLive(saga)).isFalse();
    }

    @Test
    void longerThanTheSagasTimeLimit_isNotAborted() {
        routers.with(pipelineWithin("1500ms", "p", "to: 'direct:a'"), plainStep("a"));
        pause(router, Kind.STEP, "a");
        String saga = router.submit("x");
        routers.awaitWaiting(saga, "a");
        Awaitility.await()
                .pollInterval(Duration.ofMillis(200))
                .until(() -> waited(saga).compareTo(Duration.ofMillis(1600)) > 0);

        resume(router, Kind.STEP, "a");

        router.assertLogContains(saga, "COMPLETED");
    }

    @Test
    void killedWhileItWaits_itWaitsInTheNextProcess() {
        routers.with(pipeline("p", "to: 'direct:a'", "to: 'direct:b'"), plainStep("a"), plainStep("b"));
        pause(router, Kind.STEP, "b");
        String saga = router.submit("x");
        routers.awaitWaiting(saga, "b");

        routers.restart();
        String next = routers.second.submit("y");
        routers.awaitWaiting(next, "b");
        routers.assertWaits(saga, "b");
        resume(routers.second, Kind.STEP, "b");

        Stream.of(saga, next).forEach(one -> routers.second.assertLogContains(one, "COMPLETED"));
        assertThat(routers.second.calls).containsExactlyInAnyOrder("a action", "b action", "b action");
    }

    @Test
    void pausedByAnotherProcess_isSeenWithinAHeartbeat() {
        routers.with(pipeline("p", "to: 'direct:a'"), plainStep("a"));
        JdbcClient.create(database)
                .sql("INSERT INTO saga_pause (kind, name, reason) VALUES ('step', 'a', 'elsewhere')")
                .update();
        Awaitility.await().until(() -> router.service.pauses().holdsStep("a"));
        String saga = router.submit("x");
        routers.awaitWaiting(saga, "a");

        JdbcClient.create(database).sql("DELETE FROM saga_pause").update();

        router.assertLogContains(saga, "COMPLETED");
    }

    @Test
    void itsCompensationIsAsked_thatIsNotHeld() {
        routers.with(pipeline("p", "to: 'direct:a'", "to: 'direct:b'"), plainStep("a"), plainStep("b"));
        router.on("b action", exchange -> {
            TestRouter.pass(open);
            throw new Refused("no");
        });
        String saga = router.submit("x");
        router.awaitCalls("b action");
        pause(router, Kind.STEP, "a");
        pause(router, Kind.STEP, "b");

        open.countDown();

        router.assertLogContains(saga, "ABORTED b refused: no");
        assertThat(router.calls).endsWith("b compensation", "a compensation");
    }

    @Test
    void pausedStepGetsNoAnswer_itIsAskedAgain() {
        routers.with(pipeline("p", "to: 'direct:a'"), plainStep("a"));
        router.on("a action", exchange -> {
            TestRouter.pass(open);
            router.on("a action", next -> {});
            throw new TimeoutException("no answer");
        });
        String saga = router.submit("x");
        router.awaitCalls("a action");
        pause(router, Kind.STEP, "a");

        open.countDown();

        router.assertLogContains(saga, "COMPLETED");
        router.assertLogContains(saga, "a: begun, attempt (no answer), succeeded");
    }

    @Test
    void cancelledWhileItWaits_isUndoneThoughItIsStillPaused() {
        routers.with(pipeline("p", "to: 'direct:a'", "to: 'direct:b'"), plainStep("a"), plainStep("b"));
        pause(router, Kind.STEP, "b");
        pause(router, Kind.PIPELINE, "p");
        String fresh = router.submit("x");
        resume(router, Kind.PIPELINE, "p");
        String begun = router.submit("y");
        routers.awaitWaiting(begun, "b");
        routers.awaitWaiting(fresh, "b");
        pause(router, Kind.PIPELINE, "p");
        String last = router.submit("z");

        for (String saga : List.of(fresh, begun, last)) {
            router.signal(saga, "operator/cancel", "", "{\"reason\": \"asked by phone\"}");
            router.assertLogContains(saga, "ABORTED cancelled: by an operator: asked by phone");
        }
        assertThat(router.calls).doesNotContain("b action");
    }

    @Test
    void otherSignalsComeWhileItWaits_itIsNotClaimedForThem() {
        routers.with(pipeline("p", "to: 'direct:a'"), step("a", "timeout: 10s", PARTICIPANT, "to: 'await:go'"));
        pause(router, Kind.STEP, "a");
        String saga = router.submit("x");
        routers.awaitWaiting(saga, "a");

        router.signal(saga, "go", "", "now");
        router.signal(saga, "operator/retry@1", "", "{\"reason\": \"why not\"}");
        String other = router.submit("y");
        routers.awaitWaiting(other, "a");

        routers.assertWaits(saga, "a");
        assertThat(LogText.of(database, saga)).isEqualTo("STARTED\nsaga: payload, waiting\n");
        resume(router, Kind.STEP, "a");
        router.assertLogContains(saga, "COMPLETED");
    }

    @RepeatedTest(5)
    void pausedAndResumedAgainAndAgain_noSagaIsLost() {
        routers.with(pipeline("p", "to: 'direct:a'", "to: 'direct:b'"), plainStep("a"), plainStep("b"));
        var sagas = new ArrayList<String>();
        for (int turn = 0; turn < 20; turn++) {
            pause(router, Kind.STEP, turn % 2 == 0 ? "a" : "b");
            Stream.generate(() -> router.submit("x")).limit(5).forEach(sagas::add);
            resume(router, Kind.STEP, turn % 2 == 0 ? "a" : "b");
        }

        Awaitility.await()
                .until(() -> JdbcClient.create(database)
                                .sql("SELECT count(*) FROM saga WHERE status = 'COMPLETED'")
                                .query(Long.class)
                                .single()
                        == sagas.size());
        assertThat(router.keys).hasSize(2 * sagas.size()).doesNotHaveDuplicates();
    }

    @Test
    void anotherExchangeJoinsWhileItWaits_itIsTakenUpForThatAndWaitsAgain() {
        routers.with(pipeline("p", "to: 'direct:b'"), plainStep("b"), plainStep("j"));
        pause(router, Kind.STEP, "b");
        String saga = router.submit("x");
        routers.awaitWaiting(saga, "b");

        Exchange joined = router.send("direct:j", "event", Map.of(Headers.LONG_RUNNING_ACTION, router.lraId(saga)));

        assertThat(joined.getException()).isNull();
        routers.awaitWaiting(saga, "b");
        router.assertLogContains(saga, "j: joined, succeeded");
        resume(router, Kind.STEP, "b");
        router.assertLogContains(saga, "COMPLETED");
    }

    @Test
    void inALoop_theStepIsPausedByItsRoutesName() {
        routers.with(
                pipeline("p", "loop: {constant: 2, steps: [{to: 'direct:a'}]}"),
                step("a", "timeout: 10s", PARTICIPANT));
        router.on("a#0 action", exchange -> TestRouter.pass(open));
        String saga = router.submit("x");
        router.awaitCalls("a#0 action");
        pause(router, Kind.STEP, "a");

        open.countDown();

        routers.awaitWaiting(saga, "a#1");
        resume(router, Kind.STEP, "a");
        router.assertLogContains(saga, "COMPLETED");
    }

    private void pause(TestRouter by, Kind kind, String name) {
        by.service.operatorPauses().pause(kind.name().toLowerCase(Locale.ROOT), name, "maintenance");
    }

    private void resume(TestRouter by, Kind kind, String name) {
        by.service.operatorPauses().resume(kind.name().toLowerCase(Locale.ROOT), name, "done");
    }

    private Duration waited(String saga) {
        return Duration.ofMillis(JdbcClient.create(database)
                .sql(
                        "SELECT extract(epoch FROM clock_timestamp() - waits_since) * 1000 FROM saga WHERE saga_id = ?::uuid")
                .param(saga)
                .query(Long.class)
                .single());
    }
}
