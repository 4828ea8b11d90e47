package org.bactrian.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bactrian.camel.Yaml.PARTICIPANT;
import static org.bactrian.camel.Yaml.callback;
import static org.bactrian.camel.Yaml.route;
import static org.bactrian.camel.Yaml.saga;
import static org.bactrian.camel.Yaml.step;

import com.zaxxer.hikari.HikariDataSource;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.Exchange;
import org.awaitility.Awaitility;
import org.bactrian.log.LogText;
import org.bactrian.participants.TestDatabase;
import org.bactrian.saga.SagaEnded;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sagas whose end is said with {@code saga:complete} and {@code saga:compensate}, or by their time limit. */
class ManualModeIT {
    private static final HikariDataSource DATABASE = TestDatabase.migrated("src/main/resources/db/migration");
    private static final String MANUAL =
            "completionMode: MANUAL, completion: 'direct:confirm-r', compensation: 'direct:undo-r'";

    private final TestRouter router = new TestRouter(DATABASE)
            .with(
                    callback("confirm-r"),
                    callback("undo-r"),
                    step("a"),
                    route("good", "direct:good", "to: 'saga:complete'"),
                    route("bad", "direct:bad", "to: 'saga:compensate'"));

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
    void theRouteHasEnded_theSagaHasNot() {
        String saga = open();

        router.assertLog(saga, "STARTED\na: joined, succeeded\nr: begun, succeeded\n");
        assertThat(router.isLive(saga)).isTrue();
        assertThat(router.calls).containsExactly("r action", "a action");
    }

    @Test
    void completedByAnotherExchange_onlyCompletionsAreCalled() {
        String saga = open();

        assertThat(tell("direct:good", saga).getException()).isNull();

        router.assertLog(saga, """
                COMPLETED
                saga: completing, completed
                a: joined, succeeded, completing, completed
                r: begun, succeeded, completing, completed
                """);
        assertThat(router.calls).noneMatch(call -> call.endsWith("compensation"));
    }

    @Test
    void compensatedByAnotherExchange_onlyCompensationsAreCalled() {
        String saga = open();

        assertThat(tell("direct:bad", saga).getException()).isNull();

        router.assertLog(saga, """
                ABORTED cancelled: the route asked for compensation
                saga: aborting (cancelled: the route asked for compensation), aborted
                a: joined, succeeded, compensating, compensated
                r: begun, succeeded, compensating, compensated
                """);
        assertThat(router.calls).containsExactly("r action", "a action", "a compensation", "r compensation");
    }

    @Test
    void completedWhileTheRouteStillRuns_itsCompletionIsCalledToo() {
        router.with(route("r", "direct:r", saga("REQUIRED", MANUAL, PARTICIPANT, "to: 'direct:good'", PARTICIPANT)));

        assertThat(router.send("direct:r", "x", Map.of()).getException()).isNull();

        router.assertLog(router.begunBy("r"), """
                COMPLETED
                saga: completing, completed
                r: begun, succeeded, completing, completed
                """);
    }

    @Test
    void compensatedWhileTheRouteStillRuns_itIsUndoneAfterItsEnd() throws Exception {
        var open = new CountDownLatch(1);
        router.with(route("r", "direct:r", saga("REQUIRED", MANUAL, "to: 'direct:bad'", PARTICIPANT)));
        router.on("r action", exchange -> TestRouter.pass(open));
        var running = router.sendAndForget("direct:r", "x", Map.of());
        router.awaitCalls("r action");
        String saga = router.begunBy("r");
        router.assertLogContains(saga, "aborting");
        assertThat(router.calls).containsExactly("r action");
        open.countDown();
        running.get();

        router.assertLog(saga, """
                ABORTED cancelled: the route asked for compensation
                saga: aborting (cancelled: the route asked for compensation), aborted
                r: begun, succeeded, compensating, compensated
                """);
    }

    @Test
    void theRouteFailed_completionIsRefusedAndAllIsUndone() {
        router.with(route("r", "direct:r", saga("REQUIRED", MANUAL, PARTICIPANT)));
        router.refuses("r action", "no");

        assertThat(router.send("direct:r", "x", Map.of()).getException()).hasMessage("no");
        String saga = router.begunBy("r");
        assertThat(refusal("direct:good", saga)).isInstanceOf(SagaEnded.class);

        router.assertLog(saga, """
                ABORTED r refused: no
                saga: aborting (r refused: no), aborted
                r: begun, failed (refused: no), compensating, compensated
                """);
    }

    @Test
    void nobodySaysHowItEnds_itsTimeLimitAbortsIt() {
        router.with(route(
                "r",
                "direct:r",
                saga(
                        "REQUIRED",
                        MANUAL + ", timeout: 300, option: [{key: id, constant: {expression: mine}}]",
                        PARTICIPANT)));
        router.on(
                "r compensation",
                exchange -> router.calls.add(exchange.getMessage().getHeader("id", String.class)));

        assertThat(router.send("direct:r", "x", Map.of()).getException()).isNull();

        router.assertLog(router.begunBy("r"), """
                ABORTED cancelled: its time limit of 300 ms is over
                saga: aborting (cancelled: its time limit of 300 ms is over), aborted
                r: begun, succeeded, compensating, compensated
                """);
        assertThat(router.calls).containsExactly("r action", "r compensation", "mine");
    }

    @Test
    void itHasEnded_nothingJoinsItAndItIsNotEndedAgain() {
        String saga = open();
        tell("direct:good", saga);
        Awaitility.await().until(() -> !router.isLive(saga));
        String before = LogText.of(DATABASE, saga);

        assertThat(refusal("direct:a", saga)).isInstanceOf(SagaEnded.class);
        assertThat(refusal("direct:bad", saga)).isInstanceOf(SagaEnded.class);
        assertThat(LogText.of(DATABASE, saga)).isEqualTo(before).startsWith("COMPLETED");
        assertThat(router.calls).containsOnlyOnce("a action");
    }

    @Test
    void theExchangeIsInNoSaga_itCannotEndOne() {
        assertThat(router.send("direct:good", "x", Map.of()).getException())
                .hasMessageContaining("not bound to a saga");
    }

    /** One that waits to be told how it ends. */
    private String open() {
        router.with(route("r", "direct:r", saga("REQUIRED", MANUAL, PARTICIPANT, "to: 'direct:a'")));
        assertThat(router.send("direct:r", "x", Map.of()).getException()).isNull();
        return router.begunBy("r");
    }

    private Exchange tell(String route, String saga) {
        return router.send(route, "x", Map.of(Exchange.SAGA_LONG_RUNNING_ACTION, router.lraId(saga)));
    }

    private Throwable refusal(String route, String saga) {
        return Outcomes.unwrap(tell(route, saga).getException());
    }
}
