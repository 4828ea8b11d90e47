package org.bactrian.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bactrian.camel.Yaml.parallel;
import static org.bactrian.camel.Yaml.pipeline;
import static org.bactrian.camel.Yaml.plainStep;

import com.zaxxer.hikari.HikariDataSource;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.SagaDefinition;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.bactrian.participants.TestDatabase;
import org.bactrian.saga.Refused;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A step of a parallel stage is paused. */
class PausedStageIT {
    /** The run comes to b when a is under way. */
    private static final String[] BESIDE_A = {
        pipeline("p", parallel("to: 'direct:a'", "pipeline: {steps: [{to: 'direct:x'}, {to: 'direct:b'}]}")),
        plainStep("a"),
        plainStep("b"),
        plainStep("x")
    };

    private final HikariDataSource database = TestDatabase.migrated("src/main/resources/db/migration");
    private final Restarts routers = new Restarts(database);
    private final TestRouter router = routers.first;
    private final CountDownLatch open = new CountDownLatch(1);
    private final CountDownLatch aRuns = new CountDownLatch(1);

    @AfterEach
    void stop() {
        open.countDown();
        routers.close();
        database.close();
    }

    @Test
    void anotherBranchIsUnderWay_itEndsFirst() {
        routers.with(BESIDE_A);
        router.on("a action", exchange -> {
            aRuns.countDown();
            TestRouter.pass(open);
        });
        router.on("x action", exchange -> TestRouter.pass(aRuns));
        router.service.operatorPauses().pause("step", "b", "maintenance");
        String saga = router.submit("x");
        router.assertLogContains(saga, "x: begun, succeeded");
        assertThat(router.isLive(saga)).isTrue();

        open.countDown();
        routers.awaitWaiting(saga, "b");
        router.service.operatorPauses().resume("step", "b", "done");

        router.assertLogContains(saga, "COMPLETED");
        router.assertLogContains(saga, "a: begun, succeeded\n");
    }

    @Test
    void resumedWhileAnotherBranchIsUnderWay_theStepBeginsAtOnce() {
        routers.with(BESIDE_A);
        router.on("a action", exchange -> {
            aRuns.countDown();
            TestRouter.pass(open);
        });
        router.on("x action", exchange -> TestRouter.pass(aRuns));
        router.service.operatorPauses().pause("step", "b", "maintenance");
        String saga = router.submit("x");
        router.assertLogContains(saga, "x: begun, succeeded");

        router.service.operatorPauses().resume("step", "b", "done");
        router.awaitCalls("b action");
        open.countDown();

        router.assertLog(saga, """
                COMPLETED
                saga: payload, completed
                a: begun, succeeded
                b: begun, succeeded
                x: begun, succeeded
                """);
    }

    @Test
    void resumedButTheStepCannotEvenBeAsked_theRunEnds() {
        router.context.getCamelContextExtension().addInterceptStrategy(PausedStageIT::brokenB);
        routers.with(BESIDE_A);
        router.on("a action", exchange -> {
            aRuns.countDown();
            TestRouter.pass(open);
        });
        router.on("x action", exchange -> TestRouter.pass(aRuns));
        router.service.operatorPauses().pause("step", "b", "maintenance");
        String saga = router.submit("x");
        router.assertLogContains(saga, "x: begun, succeeded");

        router.service.operatorPauses().resume("step", "b", "done");
        open.countDown();

        router.assertLogContains(saga, "ABORTED");
        router.awaitSettled();
        assertThat(router.calls).doesNotContain("b action").endsWith("x compensation", "a compensation");
    }

    @Test
    void anotherBranchFails_theSagaIsUndoneAtOnce() {
        routers.with(BESIDE_A);
        router.on("a action", exchange -> {
            aRuns.countDown();
            throw new Refused("no");
        });
        router.on("x action", exchange -> TestRouter.pass(aRuns));
        router.service.operatorPauses().pause("step", "b", "maintenance");

        String saga = router.submit("x");

        router.assertLogContains(saga, "ABORTED a refused: no");
        router.assertLogContains(saga, "a: begun, failed (refused: no), compensating, compensated");
        assertThat(router.calls).doesNotContain("b action");
        router.awaitSettled();
    }

    /** Fails with a throw, as no processor should. */
    private static Processor brokenB(CamelContext context, NamedNode node, Processor target, @Nullable Processor next) {
        if (!(node instanceof SagaDefinition) || !"b".equals(ProcessorDefinitionHelper.getRouteId(node))) {
            return target;
        }
        return new DelegateAsyncProcessor(target) {
            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                throw new IllegalStateException("broken");
            }
        };
    }
}
