package org.bactrian.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bactrian.camel.Yaml.PARTICIPANT;
import static org.bactrian.camel.Yaml.pipeline;
import static org.bactrian.camel.Yaml.step;

import com.zaxxer.hikari.HikariDataSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeFailedEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.awaitility.Awaitility;
import org.bactrian.log.LogText;
import org.bactrian.participants.TestDatabase;
import org.bactrian.saga.SagaReleased;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A process that was declared dead while it lived, and sagas that come to one that runs. */
class FencedIT {
    /** Of each test its own: routers take over what others left. */
    private final HikariDataSource database = TestDatabase.migrated("src/main/resources/db/migration");

    private final Restarts routers = new Restarts(database)
            .with(
                    pipeline("p", "to: 'direct:a'", "to: 'direct:b'"),
                    step("a"),
                    step("b", "timeout: 1m", PARTICIPANT, "to: 'await:b:action'"));
    private final TestRouter router = routers.first;

    @AfterEach
    void stop() {
        routers.close();
        database.close();
    }

    @Test
    void declaredDeadWhileItWaits_theExchangeEndsAndTheSagaIsTakenOver() {
        List<Throwable> failures = failures();
        String saga = router.submit("x");
        router.awaitCalls("b action");
        router.calls.clear();

        routers.fence();

        router.awaitCalls("b action");
        assertThat(failures).hasSize(1).allMatch(SagaReleased.class::isInstance);
        router.signal(saga, "b:action", "Done", "");
        router.assertLog(saga, """
                COMPLETED
                saga: payload, completing, completed
                a: begun, succeeded, completing, completed
                b: begun, attempt (interrupted), succeeded
                """);
        assertThat(router.calls).containsExactly("b action", "a completion");
    }

    @Test
    void declaredDeadWhileAnActionRuns_itsLateOutcomeIsNotRecorded() throws Exception {
        var open = new CountDownLatch(1);
        var asked = new AtomicInteger();
        router.on("a action", exchange -> {
            if (asked.getAndIncrement() == 0) {
                TestRouter.pass(open);
                throw new IllegalStateException("late");
            }
        });
        String saga = router.submit("x");
        router.awaitCalls("a action");

        routers.fence();
        router.awaitCalls("b action");
        open.countDown();

        router.signal(saga, "b:action", "Done", "");
        router.assertLog(saga, """
                COMPLETED
                saga: payload, completing, completed
                a: begun, attempt (interrupted), succeeded, completing, completed
                b: begun, succeeded
                """);
        router.awaitSettled();
        assertThat(router.calls).containsExactly("a action", "a action", "b action", "a completion");
        assertThat(router.refusedRecords()).as("what it said late").isPositive();
    }

    @Test
    void declaredDead_newSagasAreTaken() {
        routers.fence();

        String saga = router.submit("x");
        router.signal(saga, "b:action", "Done", "");

        router.assertLogContains(saga, "completed");
    }

    @Test
    void recordsMakeNoSense_theSagaIsParkedAndTheOthersGoOn() {
        String saga = router.submit("x");
        String other = router.submit("y");
        Awaitility.await().until(() -> Collections.frequency(List.copyOf(router.calls), "b action") == 2);
        routers.kill();
        routers.corrupt(saga);

        routers.restart();

        routers.second.assertLogContains(saga, "saga: payload, aborted, parked");
        assertThat(LogText.of(database, saga)).contains("its records do not make sense", "cannot take Aborted");
        routers.second.signal(other, "b:action", "Done", "");
        routers.second.assertLogContains(other, "completed");
    }

    @Test
    void room_isNoneBeforeTheRoutesRun() {
        assertThat(routers.second.service.takeovers().room()).isZero();
        assertThat(router.service.takeovers().room()).isPositive();
    }

    private List<Throwable> failures() {
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        router.context.getManagementStrategy().addEventNotifier(new EventNotifierSupport() {
            @Override
            public void notify(CamelEvent event) {
                if (event instanceof ExchangeFailedEvent failed) {
                    failures.add(failed.getExchange().getException());
                }
            }
        });
        return failures;
    }
}
