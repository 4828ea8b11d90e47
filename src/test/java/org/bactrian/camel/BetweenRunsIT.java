package org.bactrian.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bactrian.camel.Yaml.PARTICIPANT;
import static org.bactrian.camel.Yaml.pipeline;
import static org.bactrian.camel.Yaml.plainStep;
import static org.bactrian.camel.Yaml.route;
import static org.bactrian.camel.Yaml.saga;
import static org.bactrian.camel.Yaml.step;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.zaxxer.hikari.HikariDataSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Processor;
import org.bactrian.participants.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Runs that are dropped while routes are replaced, and go on afterwards. */
class BetweenRunsIT {
    private final HikariDataSource database = TestDatabase.migrated("src/main/resources/db/migration");
    private final TestRouter router = new TestRouter(database);

    @AfterEach
    void stop() {
        router.close();
        database.close();
    }

    @Test
    void sagaWaits_itIsDroppedAndGoesOnAfterTheChange() {
        router.with(pipeline("p", "to: 'direct:a'", "to: 'direct:b'"), plainStep("a"), waitingStep());
        String saga = router.submit("x");
        router.awaitCalls("b action");
        router.calls.clear();

        int dropped = router.service.betweenRuns(() -> {
            router.awaitSettled();
            assertThat(router.calls).isEmpty();
        });

        assertThat(dropped).isEqualTo(1);
        router.awaitCalls("b action");
        router.signal(saga, "b:action", "Done", "");
        router.assertLog(saga, """
                COMPLETED
                saga: payload, completed
                a: begun, succeeded
                b: begun, attempt (interrupted), succeeded
                """);
        assertThat(router.calls).containsExactly("b action");
    }

    @Test
    void submittedDuringTheChange_itRunsAfterwards() {
        router.with(pipeline("p", "to: 'direct:a'"), plainStep("a"));
        List<String> sagas = new ArrayList<>();

        router.service.betweenRuns(() -> {
            sagas.add(router.submit("x"));
            router.awaitSettled();
            assertThat(router.calls).isEmpty();
        });

        router.assertLog(sagas.get(0), """
                COMPLETED
                saga: payload, completed
                a: begun, succeeded
                """);
    }

    @Test
    void submittedWhileThePipelineIsReplaced_itRunsOnTheNewOne() throws Exception {
        router.with(pipeline("p", "to: 'direct:a'"), plainStep("a"), plainStep("b"));
        List<String> sagas = new ArrayList<>();

        router.service.betweenRuns(() -> {
            remove("p");
            sagas.add(router.submit("x"));
            router.with(pipeline("p", "to: 'direct:b'"));
        });

        router.assertLog(sagas.get(0), """
                COMPLETED
                saga: payload, completed
                b: begun, succeeded
                """);
    }

    @Test
    void pipelineIsGone_itsSagasAreParkedWithAWayOut() {
        router.with(pipeline("p", "to: 'direct:b'"), waitingStep());
        String saga = router.submit("x");
        router.awaitCalls("b action");

        router.service.betweenRuns(() -> remove("p"));

        router.assertLogContains(saga, "no pipeline p runs here any more");
    }

    @Test
    void runIsBetweenTwoSteps_itBeginsNothingInTheSagaThatGoesOnWithoutIt() throws Exception {
        var open = new CountDownLatch(1);
        var held = new CountDownLatch(1);
        var runs = new AtomicInteger();
        router.bind("gate", (Processor) exchange -> {
            if (runs.getAndIncrement() == 0) {
                held.countDown();
                TestRouter.pass(open);
            }
        });
        router.with(
                pipeline("p", "to: 'direct:a'", "process: {ref: gate}", "to: 'direct:b'"),
                plainStep("a"),
                waitingStep());
        String saga = router.submit("x");
        TestRouter.pass(held);

        router.service.betweenRuns(() -> {});
        router.awaitCalls("b action");
        open.countDown();
        router.signal(saga, "b:action", "Done", "");

        router.assertLog(saga, """
                COMPLETED
                saga: payload, completed
                a: begun, succeeded
                b: begun, succeeded
                """);
        router.awaitSettled();
        assertThat(router.calls).containsExactly("a action", "b action");
    }

    @Test
    void repeatedRunIsDroppedBeforeItIsThrough_theSagaIsNotHeldToBeAstray() throws Exception {
        var open = new CountDownLatch(1);
        var held = new CountDownLatch(1);
        var runs = new AtomicInteger();
        router.bind("gate", (Processor) exchange -> {
            if (runs.getAndIncrement() == 1) {
                held.countDown();
                TestRouter.pass(open);
            }
        });
        var said = new ListAppender<ILoggingEvent>();
        said.start();
        var coordinators = (Logger) LoggerFactory.getLogger(SagaCoordinator.class);
        coordinators.addAppender(said);
        router.with(
                pipeline("p", "to: 'direct:a'", "process: {ref: gate}", "to: 'direct:b'"),
                plainStep("a"),
                waitingStep());
        String saga = router.submit("x");
        router.awaitCalls("b action");

        router.service.betweenRuns(() -> {});
        TestRouter.pass(held);
        router.service.betweenRuns(() -> {});
        router.assertLogContains(saga, "attempt");
        open.countDown();
        router.signal(saga, "b:action", "Done", "");

        router.assertLogContains(saga, "COMPLETED");
        router.awaitSettled();
        coordinators.detachAppender(said);
        assertThat(said.list).noneMatch(event -> event.getLevel() == Level.ERROR);
    }

    @Test
    void sagaOfNoPipeline_isLeftToItsExchange() throws Exception {
        var open = new CountDownLatch(1);
        router.with(route("r", "direct:r", saga("REQUIRES_NEW", "", "to: 'direct:a'")), plainStep("a"));
        router.on("a action", exchange -> TestRouter.pass(open));
        var sent = router.sendAndForget("direct:r", "x", Map.of());
        router.awaitCalls("a action");

        assertThat(router.service.betweenRuns(() -> {})).isZero();
        open.countDown();

        sent.get();
        assertThat(router.calls).containsExactly("a action");
    }

    private static String waitingStep() {
        return step("b", "timeout: 1m", PARTICIPANT, "to: 'await:b:action'");
    }

    private void remove(String route) {
        try {
            router.context.getRouteController().stopRoute(route);
            router.context.removeRoute(route);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
