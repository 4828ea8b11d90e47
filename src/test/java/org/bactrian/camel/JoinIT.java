package org.bactrian.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bactrian.camel.Yaml.PARTICIPANT;
import static org.bactrian.camel.Yaml.pipeline;
import static org.bactrian.camel.Yaml.step;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.awaitility.Awaitility;
import org.bactrian.log.LogText;
import org.bactrian.participants.TestDatabase;
import org.bactrian.saga.SagaEnded;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Participants that join a pipeline's saga from exchanges of their own, as consumers of events do. */
class JoinIT {
    private static final HikariDataSource DATABASE = TestDatabase.migrated("src/main/resources/db/migration");

    private final TestRouter router = new TestRouter(DATABASE)
            .with(
                    pipeline("p", "to: 'direct:a'", "to: 'direct:c'"),
                    step("a", "timeout: 1m", PARTICIPANT, "to: 'await:a:action'"),
                    step("b"),
                    step("c"));

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
    void joined_itIsRecordedAndConfirmedWithTheRest() {
        String saga = waiting();

        assertThat(join(saga).getException()).isNull();
        goOn(saga);

        router.assertLog(saga, """
                COMPLETED
                saga: payload, completing, completed
                a: begun, succeeded
                b: joined, succeeded, completing, completed
                c: begun, succeeded, completing, completed
                """);
    }

    @Test
    void theSagaAborts_theJoinedOneIsUndoneInItsPlace() {
        router.refuses("c action", "no");
        String saga = waiting();
        join(saga);
        goOn(saga);

        router.assertLog(saga, """
                ABORTED c refused: no
                saga: payload, aborting (c refused: no), aborted
                a: begun, succeeded, compensating, compensated
                b: joined, succeeded, compensating, compensated
                c: begun, failed (refused: no), compensating, compensated
                """);
        assertThat(router.calls)
                .containsExactly(
                        "a action", "b action", "c action", "c compensation", "b compensation", "a compensation");
    }

    @Test
    void theJoinedOneFails_completionIsNotHindered() {
        router.refuses("b action", "cannot ship");
        String saga = waiting();

        assertThat(join(saga).getException()).hasMessage("cannot ship");
        goOn(saga);

        router.assertLog(saga, """
                COMPLETED
                saga: payload, completing, completed
                a: begun, succeeded
                b: joined, failed (refused: cannot ship)
                c: begun, succeeded, completing, completed
                """);
    }

    @Test
    void theJoinedOneGetsNoAnswer_itsOwnConsumerAsksAgain() {
        var left = new AtomicInteger(1);
        router.on("b action", exchange -> {
            if (left.getAndDecrement() > 0) {
                throw new IOException("away");
            }
        });
        String saga = waiting();

        assertThat(join(saga).getException()).hasMessage("away");
        assertThat(router.calls).containsOnlyOnce("b action");
        assertThat(join(saga).getException()).isNull();
        goOn(saga);

        router.assertLog(saga, """
                COMPLETED
                saga: payload, completing, completed
                a: begun, succeeded
                b: joined, failed (got no answer: away), attempt (away), succeeded, completing, completed
                c: begun, succeeded, completing, completed
                """);
    }

    @Test
    void joinedAgain_itIsAnotherAttemptAndRunsAgain() {
        String saga = waiting();
        join(saga);
        join(saga);
        goOn(saga);

        router.assertLog(saga, """
                COMPLETED
                saga: payload, completing, completed
                a: begun, succeeded
                b: joined, succeeded, attempt, succeeded, completing, completed
                c: begun, succeeded, completing, completed
                """);
        assertThat(router.calls).filteredOn("b action"::equals).hasSize(2);
    }

    @Test
    void joinedExchange_keepsWhatItsOwnRouteMadeOfIt() {
        router.on("b action", exchange -> {
            exchange.getMessage().setBody("mine");
            exchange.getMessage().setHeader("kept", "yes");
        });
        String saga = waiting();

        Exchange done = join(saga);
        goOn(saga);

        assertThat(done.getMessage().getBody()).isEqualTo("mine");
        assertThat(done.getMessage().getHeader("kept")).isEqualTo("yes");
    }

    @Test
    void joinWhileTheSagaAborts_isRefusedAndLeavesNoRecord() throws Exception {
        var reached = new CountDownLatch(1);
        var open = new CountDownLatch(1);
        router.refuses("c action", "no");
        router.on("c compensation", exchange -> {
            reached.countDown();
            TestRouter.pass(open);
        });
        String saga = waiting();
        goOn(saga);
        TestRouter.pass(reached);

        Exchange late = join(saga);
        open.countDown();

        assertThat(late.getException())
                .isInstanceOf(SagaEnded.class)
                .hasMessage("step b cannot begin: saga %s is ABORTING", saga);
        router.assertLog(saga, """
                ABORTED c refused: no
                saga: payload, aborting (c refused: no), aborted
                a: begun, succeeded, compensating, compensated
                c: begun, failed (refused: no), compensating, compensated
                """);
        assertThat(router.calls).doesNotContain("b action");
    }

    @Test
    void joinAfterTheEnd_isRefusedAndLeavesNoRecord() {
        String saga = waiting();
        goOn(saga);
        Awaitility.await().until(() -> !router.isLive(saga));
        String before = LogText.of(DATABASE, saga);

        assertThat(join(saga).getException()).isInstanceOf(SagaEnded.class).hasMessageContaining(saga);

        assertThat(LogText.of(DATABASE, saga)).isEqualTo(before).startsWith("COMPLETED");
        assertThat(router.calls).doesNotContain("b action");
    }

    @Test
    void joinIsInFlightWhenTheSagaAborts_itIsUndoneAfterItsActionEnded() throws Exception {
        var open = new CountDownLatch(1);
        router.refuses("c action", "no");
        router.on("b action", exchange -> {
            TestRouter.pass(open);
            router.calls.add("b ended");
        });
        String saga = waiting();
        var joining = new Thread(() -> join(saga));
        joining.start();
        router.awaitCalls("b action");
        goOn(saga);
        router.assertLogContains(saga, "aborting (c refused: no)");
        open.countDown();
        joining.join();

        router.assertLog(saga, """
                ABORTED c refused: no
                saga: payload, aborting (c refused: no), aborted
                a: begun, succeeded, compensating, compensated
                b: joined, succeeded, compensating, compensated
                c: begun, failed (refused: no), compensating, compensated
                """);
        assertThat(router.calls).containsSubsequence("b ended", "c compensation", "b compensation", "a compensation");
    }

    @Test
    void foreignCoordinator_isRefused() {
        Exchange done = router.send(
                "direct:b",
                "x",
                Map.of("Long-Running-Action", "http://evil/lra-coordinator/0197a1b2-c3d4-7000-8000-000000000001"));

        assertThat(done.getException())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must begin with 'http://localhost:8080/lra-coordinator/'");
        assertThat(router.calls).isEmpty();
    }

    @Test
    void foreignCoordinatorOverAnEventRoute_theExchangeEndsWithTheRefusal() {
        router.with(Yaml.route("event", "direct:event", "to: 'direct:b'"));

        Exchange done = router.send("direct:event", "x", Map.of("Long-Running-Action", "nonsense"));

        assertThat(done.getException()).isInstanceOf(IllegalArgumentException.class);
    }

    private String waiting() {
        String saga = router.submit("x");
        router.awaitCalls("a action");
        return saga;
    }

    private Exchange join(String saga) {
        return router.send("direct:b", "event", Map.of("Long-Running-Action", router.lraId(saga)));
    }

    private void goOn(String saga) {
        router.signal(saga, "a:action", "Done", "");
    }
}
