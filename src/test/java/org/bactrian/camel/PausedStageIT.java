package org.bactrian.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bactrian.camel.Yaml.parallel;
import static org.bactrian.camel.Yaml.pipeline;
import static org.bactrian.camel.Yaml.plainStep;

import com.zaxxer.hikari.HikariDataSource;
import java.util.concurrent.CountDownLatch;
import org.bactrian.participants.TestDatabase;
import org.bactrian.saga.Refused;
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
}
