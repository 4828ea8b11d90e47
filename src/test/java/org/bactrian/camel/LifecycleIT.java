package org.bactrian.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bactrian.camel.Yaml.PARTICIPANT;
import static org.bactrian.camel.Yaml.parallel;
import static org.bactrian.camel.Yaml.pipeline;
import static org.bactrian.camel.Yaml.pipelineWithin;
import static org.bactrian.camel.Yaml.route;
import static org.bactrian.camel.Yaml.saga;
import static org.bactrian.camel.Yaml.step;

import com.zaxxer.hikari.HikariDataSource;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeFailedEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.awaitility.Awaitility;
import org.bactrian.log.LogText;
import org.bactrian.participants.TestDatabase;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaReleased;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Starting, stopping, and what is left in memory. */
class LifecycleIT {
    /** Of each test its own: routers take over what others left. */
    private final HikariDataSource database = TestDatabase.migrated("src/main/resources/db/migration");

    private final TestRouter router = new TestRouter(database);

    @AfterEach
    void stop() {
        router.close();
        database.close();
    }

    @Test
    void released_waitsEndWithThatAndNothingMoreIsRecorded() {
        router.with(
                pipeline("p", "to: 'direct:a'", "to: 'direct:b'"),
                step("a", "timeout: 1m", PARTICIPANT, "to: 'await:a:action'"),
                step("b"));
        List<Throwable> failures = failures(router);
        String saga = router.submit("x");
        router.awaitCalls("a action");

        router.service.release();

        Awaitility.await().until(() -> router.context.getInflightRepository().size() == 0);
        assertThat(failures).hasSize(1).allMatch(SagaReleased.class::isInstance);
        assertThat(router.isLive(saga)).isFalse();
        router.close();
        assertThat(LogText.of(database, saga)).isEqualTo("STARTED\nsaga: payload\na: begun\n");
        assertThat(router.calls).containsExactly("a action");
    }

    @Test
    void releasedWhileAnActionRuns_itsOutcomeIsNotRecordedAndTheRunEnds() throws Exception {
        var open = new CountDownLatch(1);
        router.with(pipeline("p", "to: 'direct:a'", "to: 'direct:b'"), step("a"), step("b"));
        router.on("a action", exchange -> TestRouter.pass(open));
        List<Throwable> failures = failures(router);
        String saga = router.submit("x");
        router.awaitCalls("a action");

        router.service.release();
        open.countDown();

        Awaitility.await().until(() -> router.context.getInflightRepository().size() == 0);
        assertThat(failures).hasSize(1).allMatch(SagaReleased.class::isInstance);
        assertThat(LogText.of(database, saga)).isEqualTo("STARTED\nsaga: payload\na: begun\n");
        assertThat(router.calls).containsExactly("a action");
    }

    @Test
    void releasedWhileCompensating_nothingMoreIsCalled() throws Exception {
        var open = new CountDownLatch(1);
        router.with(pipeline("p", "to: 'direct:a'", "to: 'direct:b'"), step("a"), step("b"));
        router.refuses("b action", "no");
        router.on("b compensation", exchange -> TestRouter.pass(open));
        String saga = router.submit("x");
        router.awaitCalls("b compensation");

        router.service.release();
        open.countDown();
        router.awaitSettled();
        router.close();

        assertThat(LogText.of(database, saga)).isEqualTo("""
                ABORTING b refused: no
                saga: payload, aborting (b refused: no)
                a: begun, succeeded
                b: begun, failed (refused: no), compensating
                """);
        assertThat(router.calls).containsExactly("a action", "b action", "b compensation");
    }

    @Test
    void submittedAfterRelease_nothingIsBegun() {
        router.with(pipeline("p", "to: 'direct:a'"), step("a"));
        router.service.release();

        router.submit("after release", "x", "");

        router.awaitSettled();
        router.close();
        assertThat(router.calls).isEmpty();
    }

    @Test
    void oneRouteIsStopped_theSagasOfTheOthersGoOn() throws Exception {
        router.with(
                pipeline("p", "to: 'direct:a'", "to: 'direct:b'"),
                step("a", "timeout: 1m", PARTICIPANT, "to: 'await:a:action'"),
                step("b"),
                step("other"),
                route("plain", "direct:plain", saga("REQUIRES_NEW", "", PARTICIPANT)));
        String saga = router.submit("x");
        router.awaitCalls("a action");

        router.context.getRouteController().stopRoute("other");
        router.context.getRouteController().stopRoute("plain");
        router.context.removeRoute("other");
        router.signal(saga, "a:action", "Done", "");

        router.assertLog(saga, """
                COMPLETED
                saga: payload, completing, completed
                a: begun, succeeded
                b: begun, succeeded, completing, completed
                """);
        assertThat(router.service.isStarted()).isTrue();
    }

    @Test
    void theRunFailsBeforeItsSagaBegins_theSagaIsAborted() {
        router.bind("gate", (Processor) exchange -> {
            throw new IllegalStateException("closed");
        });
        router.with(
                "- interceptFrom: {uri: 'pipeline:*', steps: [{process: {ref: gate}}]}\n",
                pipeline("p", "to: 'direct:a'"),
                step("a"));

        String saga = router.submit("x");

        router.assertLog(saga, """
                ABORTED failed: closed
                saga: payload, aborting (failed: closed), aborted
                """);
        Awaitility.await().until(() -> !router.isLive(saga));
    }

    @Test
    void manySagasHaveEnded_nothingOfThemIsLeft() {
        router.with(
                pipelineWithin("1h", "p", "to: 'direct:a'", parallel("to: 'direct:b'", "to: 'direct:c'")),
                step("a", "timeout: 1h", PARTICIPANT, "to: {uri: 'await:a:action', parameters: {failOn: No}}"),
                step("b", "timeout: 1h, completion: 'direct:confirm-b'", PARTICIPANT),
                route("confirm-b", "direct:confirm-b", "to: 'await:b:completion'"),
                step("c"));
        List<String> sagas = IntStream.range(0, 100)
                .mapToObj(i -> {
                    String saga = router.submit("x");
                    router.signal(saga, "b:completion", "", "");
                    router.signal(saga, "a:action", i % 3 == 0 ? "No" : "Yes", new byte[100_000]);
                    return saga;
                })
                .toList();
        List<WeakReference<SagaCoordinator>> live = sagas.stream()
                .map(saga ->
                        new WeakReference<>(router.service.live(SagaId.of(saga)).orElse(null)))
                .toList();

        Awaitility.await().until(() -> sagas.stream().noneMatch(router::isLive));
        router.awaitSettled();

        Awaitility.await().until(() -> {
            System.gc();
            return live.stream().allMatch(reference -> reference.get() == null);
        });
        assertThat(sagas).allMatch(saga -> LogText.of(database, saga).matches("(?s)(COMPLETED|ABORTED).*"));
    }

    @Test
    void propagationIsWrittenOtherwise_theStepIsRecordedNevertheless() {
        router.context.getPropertiesComponent().addOverrideProperty("how", "MANDATORY");
        router.with(
                pipeline("p", "to: 'direct:a'", "to: 'direct:b'"),
                route("a", "direct:a", saga("mandatory", "compensation: 'direct:undo'", PARTICIPANT)),
                route("b", "direct:b", saga("'{{how}}'", "compensation: 'direct:undo'", PARTICIPANT)),
                Yaml.callback("undo"));

        router.assertLog(router.submit("x"), """
                COMPLETED
                saga: payload, completed
                a: begun, succeeded
                b: begun, succeeded
                """);
    }

    private static List<Throwable> failures(TestRouter router) {
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        router.context.getManagementStrategy().addEventNotifier(new EventNotifierSupport() {
            @Override
            public void notify(CamelEvent event) {
                if (event instanceof ExchangeFailedEvent failed) {
                    Exchange exchange = failed.getExchange();
                    failures.add(exchange.getException());
                }
            }
        });
        return failures;
    }
}
