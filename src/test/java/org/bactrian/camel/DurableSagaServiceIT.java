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
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.AsyncProcessorSupport;
import org.awaitility.Awaitility;
import org.bactrian.log.LogText;
import org.bactrian.participants.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** How sagas end: confirmed, undone, or parked. */
class DurableSagaServiceIT {
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
    void everyStepSucceeds_completionsGetIdsOptionsAndTheRecordedResult() {
        router.with(
                pipeline("p", "to: 'direct:a'", "to: 'direct:b'"),
                step(
                        "a",
                        "completion: 'direct:confirm-a', option: [{key: orderId, simple: {expression: '${header.key}-${body}'}}]",
                        PARTICIPANT),
                callback("confirm-a"),
                plainStep("b"));
        router.on("a action", exchange -> {
            exchange.getMessage().setBody("held");
            exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "text/plain");
            exchange.getMessage().setHeader("traceparent", "00-1");
        });
        router.on("a completion", exchange -> router.calls.add(described(exchange.getMessage())));

        String saga = router.submit("order");

        router.assertLog(saga, """
                COMPLETED
                saga: payload, completing, completed
                a: begun, succeeded, completing, completed
                b: begun, succeeded
                """);
        assertThat(router.calls)
                .containsExactly(
                        "a action",
                        "b action",
                        "a completion",
                        "held text/plain 00-1 orderId=-order a %s %s".formatted(saga, router.lraId(saga)));
    }

    @Test
    void nothingToConfirm_completedIsWrittenDirectly() {
        router.with(pipeline("p", "to: 'direct:a'"), plainStep("a"));

        router.assertLog(router.submit("x"), """
                COMPLETED
                saga: payload, completed
                a: begun, succeeded
                """);
        assertThat(router.calls).containsExactly("a action");
    }

    @Test
    void aStepRefuses_allIsUndoneInReverseTheFailingOneIncluded() {
        router.with(
                pipeline("p", "to: 'direct:a'", "to: 'direct:b'", "to: 'direct:c'", "to: 'direct:d'"),
                step("a"),
                plainStep("b"),
                step("c"),
                step("d"));
        router.refuses("c action", "no stock");

        router.assertLog(router.submit("x"), """
                ABORTED c refused: no stock
                saga: payload, aborting (c refused: no stock), aborted
                a: begun, succeeded, compensating, compensated
                b: begun, succeeded, compensating, compensated
                c: begun, failed (refused: no stock), compensating, compensated
                """);
        assertThat(router.calls)
                .containsExactly(
                        "a action", "b action", "c action", "c compensation", "b compensation", "a compensation");
    }

    @Test
    void compensations_getOptionsAndTheResultIfThereIsOne() {
        String option = "option: [{key: orderId, simple: {expression: '${body}'}}]";
        router.with(
                pipeline("p", "to: 'direct:a'", "to: 'direct:b'"),
                step("a", option, PARTICIPANT),
                step("b", option, PARTICIPANT));
        router.on("a action", exchange -> exchange.getMessage().setBody("held"));
        router.refuses("b action", "no");
        router.on("a compensation", exchange -> router.calls.add(described(exchange.getMessage())));
        router.on("b compensation", exchange -> router.calls.add(described(exchange.getMessage())));

        String saga = router.submit("order");

        router.assertLog(saga, """
                ABORTED b refused: no
                saga: payload, aborting (b refused: no), aborted
                a: begun, succeeded, compensating, compensated
                b: begun, failed (refused: no), compensating, compensated
                """);
        assertThat(router.calls)
                .containsExactly(
                        "a action",
                        "b action",
                        "b compensation",
                        " null null orderId=held b %s %s".formatted(saga, router.lraId(saga)),
                        "a compensation",
                        "held null null orderId=order a %s %s".formatted(saga, router.lraId(saga)));
    }

    @Test
    void theFailureIsSwallowed_theSagaAbortsNevertheless() {
        router.with(
                pipeline(
                        "p",
                        "doTry: {steps: [{to: 'direct:a'}], doCatch: [{exception: [java.lang.Exception], steps: [{setBody: {constant: {expression: fine}}}]}]}",
                        "to: 'direct:b'"),
                step("a"),
                step("b"));
        router.on("a action", exchange -> {
            throw new IllegalStateException("broken");
        });

        router.assertLog(router.submit("x"), """
                ABORTED a failed: broken
                saga: payload, aborting (a failed: broken), aborted
                a: begun, failed (failed: broken), compensating, compensated
                b: begun, succeeded, compensating, compensated
                """);
        assertThat(router.calls).containsExactly("a action", "b action", "b compensation", "a compensation");
    }

    @Test
    void thePipelineItselfFails_itsExceptionIsTheFailure() {
        router.with(
                pipeline(
                        "p",
                        "to: 'direct:a'",
                        "throwException: {exceptionType: java.lang.IllegalStateException, message: broken}"),
                step("a"));

        router.assertLog(router.submit("x"), """
                ABORTED failed: broken
                saga: payload, aborting (failed: broken), aborted
                a: begun, succeeded, compensating, compensated
                """);
    }

    @Test
    void aCompensationFailsTwice_itIsCalledUntilItSucceeds() {
        var left = new AtomicInteger(2);
        router.with(pipeline("p", "to: 'direct:a'", "to: 'direct:b'"), step("a"), step("b"));
        router.refuses("b action", "no");
        router.on("b compensation", exchange -> {
            if (left.getAndDecrement() > 0) {
                throw new IOException("away " + left.get());
            }
        });

        router.assertLog(router.submit("x"), """
                ABORTED b refused: no
                saga: payload, aborting (b refused: no), aborted
                a: begun, succeeded, compensating, compensated
                b: begun, failed (refused: no), compensating, compensating 2 (away 1), compensating 3 (away 0), compensated
                """);
        assertThat(router.calls)
                .containsExactly(
                        "a action", "b action", "b compensation", "b compensation", "b compensation", "a compensation");
    }

    @Test
    void aCompensationAlwaysFails_theSagaIsParkedAbortingAndNothingBeforeItIsUndone() {
        router.with(pipeline("p", "to: 'direct:a'", "to: 'direct:b'"), step("a"), step("b"));
        router.refuses("b action", "no");
        router.on("b compensation", exchange -> {
            throw new IOException("connection refused");
        });

        String saga = router.submit("x");

        router.assertLog(saga, """
                ABORTING b refused: no [parked] compensation of b (direct://undo-b) failed 3 of 3 attempts, last "connection refused".
                saga: payload, aborting (b refused: no), parked
                a: begun, succeeded
                b: begun, failed (refused: no), compensating, compensating 2 (connection refused), compensating 3 (connection refused)
                """);
        Awaitility.await().until(() -> !router.isLive(saga));
        assertThat(router.calls)
                .containsExactly("a action", "b action", "b compensation", "b compensation", "b compensation");
    }

    @Test
    void oneCompletionIsParked_theOthersStillGetTheirAnswers() {
        router.with(
                pipeline("p", "to: 'direct:a'", "to: 'direct:b'"),
                step("a"),
                step("b", "completion: 'direct:confirm-b'", PARTICIPANT),
                route("confirm-b", "direct:confirm-b", PARTICIPANT, "to: 'await:b:completion'"));
        router.on("a completion", exchange -> {
            throw new IOException("connection refused");
        });

        String saga = router.submit("x");
        Awaitility.await()
                .untilAsserted(() -> assertThat(router.calls)
                        .filteredOn("a completion"::equals)
                        .hasSize(3));
        parkedMessageIsStored(saga);
        assertThat(router.signal(saga, "b:completion", "", "").getException()).isNull();

        router.assertLog(saga, """
                COMPLETING [parked] completion of a (direct://confirm-a) failed 3 of 3 attempts, last "connection refused".
                saga: payload, completing, parked
                a: begun, succeeded, completing, completing 2 (connection refused), completing 3 (connection refused)
                b: begun, succeeded, completing, completed
                """);
        Awaitility.await().until(() -> !router.isLive(saga));
    }

    @Test
    void aCompensationNeverEnds_itIsGivenUpAtTheStepsLimitAndTriedAgain() {
        var calls = new AtomicInteger();
        router.bind("silent", new AsyncProcessorSupport() {
            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                if (calls.incrementAndGet() > 1) {
                    callback.done(true);
                    return true;
                }
                return false;
            }
        });
        router.with(
                pipeline("p", "to: 'direct:a'"),
                bareStep("a", "compensation: 'direct:undo-a', timeout: 100", PARTICIPANT),
                route("undo-a", "direct:undo-a", "process: {ref: silent}"));
        router.refuses("a action", "no");

        router.assertLog(router.submit("x"), """
                ABORTED a refused: no
                saga: payload, aborting (a refused: no), aborted
                a: begun, failed (refused: no), compensating, compensating 2 (compensation of a did not end within 100 ms), compensated
                """);
    }

    @Test
    void anActionNeverEnds_theSagasTimeLimitAbortsItAndItIsUndoneAfterItsOwn() {
        router.bind("silent", new AsyncProcessorSupport() {
            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                return false;
            }
        });
        router.with(pipelineWithin("1s", "p", "to: 'direct:a'"), step("a", "timeout: 100", "process: {ref: silent}"));

        router.assertLog(router.submit("x"), """
                ABORTED cancelled: its time limit of 1,000 ms is over
                saga: payload, aborting (cancelled: its time limit of 1,000 ms is over), aborted
                a: begun, compensating, compensated
                """);
    }

    @Test
    void aCompensationsRouteIsMissing_theSagaIsParked() {
        router.with(pipeline("p", "to: 'direct:a'"), bareStep("a", "compensation: 'direct:nowhere'", PARTICIPANT));
        router.refuses("a action", "no");

        String saga = router.submit("x");

        Awaitility.await().until(() -> !router.isLive(saga));
        assertThat(LogText.of(DATABASE, saga))
                .startsWith(
                        "ABORTING a refused: no [parked] compensation of a (direct://nowhere) failed 3 of 3 attempts")
                .contains("direct://nowhere");
    }

    @Test
    void anOptionCannotBeEvaluated_theStepDoesNotBeginAndTheSagaAborts() {
        router.with(
                pipeline("p", "to: 'direct:a'", "to: 'direct:b'"),
                step("a"),
                step("b", "option: [{key: x, simple: {expression: '${body.nothing()}'}}]", PARTICIPANT));

        String saga = router.submit("x");

        Awaitility.await().until(() -> !router.isLive(saga));
        assertThat(LogText.of(DATABASE, saga))
                .startsWith("ABORTED failed: ")
                .endsWith("a: begun, succeeded, compensating, compensated\n")
                .doesNotContain("b:");
        assertThat(router.calls).containsExactly("a action", "a compensation");
    }

    @Test
    void aStepIsCalledWithoutASaga_itIsRefusedAndLeavesNothing() {
        router.with(step("a"));

        Exchange done = router.send("direct:a", "x", Map.of());

        assertThat(done.getException()).hasMessageContaining("not part of a saga");
        assertThat(router.calls).isEmpty();
    }

    @Test
    void anyOtherSagaRoute_isRecordedWithoutAPayload() {
        router.with(
                route(
                        "r",
                        "direct:r",
                        saga(
                                "REQUIRES_NEW",
                                "",
                                "to: 'direct:a'",
                                "setProperty: {name: id, simple: {expression: '${header.Long-Running-Action}'}}")),
                step("a"));

        Exchange done = router.send("direct:r", "x", Map.of());

        String lraId = done.getProperty("id", String.class);
        router.assertLog(lraId.substring(lraId.length() - 36), """
                COMPLETED
                saga: completing, completed
                a: joined, succeeded, completing, completed
                """);
        assertThat(done.getMessage().getHeader("Long-Running-Action")).isNull();
    }

    @Test
    void anyOtherSagaRouteFails_whatItBeganIsUndone() {
        router.with(
                route(
                        "r",
                        "direct:r",
                        saga(
                                "REQUIRES_NEW",
                                "timeout: 1h",
                                "setProperty: {name: id, simple: {expression: '${header.Long-Running-Action}'}}",
                                "to: 'direct:a'",
                                "to: 'direct:b'")),
                step("a"),
                step("b"));
        router.refuses("b action", "no");

        Exchange done = router.send("direct:r", "x", Map.of());

        assertThat(done.getException()).hasMessage("no");
        String lraId = done.getProperty("id", String.class);
        String saga = lraId.substring(lraId.length() - 36);
        router.assertLog(saga, """
                ABORTED refused: no
                saga: aborting (refused: no), aborted
                a: joined, succeeded, compensating, compensated
                b: joined, failed (refused: no), compensating, compensated
                """);
        assertThat(new JdbcTemplate(DATABASE)
                        .queryForObject(
                                "SELECT deadline_at IS NOT NULL FROM saga WHERE saga_id = ?::uuid",
                                Boolean.class,
                                saga))
                .isTrue();
    }

    @Test
    void aNewSagaInsideAPipeline_isAnotherSaga() {
        router.with(
                pipeline("p", "to: 'direct:a'", "to: 'direct:inner'", "to: 'direct:b'"),
                step("a"),
                step("b"),
                step("c"),
                route("inner", "direct:inner", saga("REQUIRES_NEW", "", "to: 'direct:c'")));

        String saga = router.submit("x");

        router.assertLog(saga, """
                COMPLETED
                saga: payload, completing, completed
                a: begun, succeeded, completing, completed
                b: begun, succeeded, completing, completed
                """);
        router.awaitCalls("c completion");
    }

    @Test
    void callbacksAreInFlight_theSagaIsStillLive() throws Exception {
        var reached = new CountDownLatch(1);
        var open = new CountDownLatch(1);
        router.with(pipeline("p", "to: 'direct:a'"), step("a"));
        router.on("a completion", exchange -> {
            reached.countDown();
            TestRouter.pass(open);
        });

        String saga = router.submit("x");
        TestRouter.pass(reached);
        assertThat(router.isLive(saga)).isTrue();
        open.countDown();

        Awaitility.await().until(() -> !router.isLive(saga));
        router.assertLog(saga, """
                COMPLETED
                saga: payload, completing, completed
                a: begun, succeeded, completing, completed
                """);
    }

    private static void parkedMessageIsStored(String saga) {
        Awaitility.await().until(() -> LogText.of(DATABASE, saga).contains("[parked]"));
    }

    private static String described(Message message) {
        return "%s %s %s orderId=%s %s %s %s"
                .formatted(
                        message.getBody(String.class),
                        message.getHeader(Exchange.CONTENT_TYPE),
                        message.getHeader("traceparent"),
                        message.getHeader("orderId"),
                        message.getHeader("sagaStep"),
                        message.getHeader("sagaId"),
                        message.getHeader("Long-Running-Action"));
    }
}
