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
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeFailedEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.bactrian.log.LogText;
import org.bactrian.log.OwnedSaga;
import org.bactrian.participants.TestDatabase;
import org.bactrian.saga.SagaRecord;
import org.bactrian.saga.SagaReleased;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A process that was declared dead while it lived, and sagas that come to one that runs. */
class FencedIT {
    private static final HikariDataSource DATABASE = TestDatabase.migrated("src/main/resources/db/migration");

    private final Restarts routers = new Restarts(DATABASE)
            .with(
                    pipeline("p", "to: 'direct:a'", "to: 'direct:b'"),
                    step("a"),
                    step("b", "timeout: 1m", PARTICIPANT, "to: 'await:b:action'"));
    private final TestRouter router = routers.first;

    @AfterEach
    void stop() {
        routers.close();
    }

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @Test
    void fenced_waitsEndAndNothingMoreIsRecordedButNewSagasAreTaken() {
        List<Throwable> failures = failures();
        String saga = router.submit("x");
        router.awaitCalls("b action");

        router.service.listener().fenced();

        router.awaitSettled();
        assertThat(failures).hasSize(1).allMatch(SagaReleased.class::isInstance);
        assertThat(router.service.live(routers.read(saga).id())).isEmpty();
        assertThat(LogText.of(DATABASE, saga)).isEqualTo("STARTED\nsaga: payload\na: begun, succeeded\nb: begun\n");
        String next = router.submit("y");
        router.signal(next, "b:action", "Done", "");
        router.assertLogContains(next, "completed");
    }

    @Test
    void fencedWhileAnActionRuns_itsOutcomeIsNotRecorded() throws Exception {
        var open = new CountDownLatch(1);
        router.on("a action", exchange -> TestRouter.pass(open));
        String saga = router.submit("x");
        router.awaitCalls("a action");

        router.service.listener().fenced();
        open.countDown();

        router.awaitSettled();
        assertThat(LogText.of(DATABASE, saga)).isEqualTo("STARTED\nsaga: payload\na: begun\n");
        assertThat(router.calls).containsExactly("a action");
    }

    @Test
    void claimedAgainByTheSameProcess_itGoesOn() {
        String saga = router.submit("x");
        router.awaitCalls("b action");
        router.service.listener().fenced();
        router.awaitSettled();

        router.service.listener().claimed(routers.read(saga));
        router.signal(saga, "b:action", "Done", "");

        router.assertLogContains(saga, "b: begun, attempt (interrupted), succeeded");
        assertThat(router.calls).startsWith("a action", "b action", "b action").hasSize(4);
    }

    @Test
    void recordsMakeNoSense_theSagaIsParkedAndTheOthersGoOn() {
        String saga = router.submit("x");
        router.awaitCalls("b action");
        router.service.listener().fenced();
        router.awaitSettled();
        OwnedSaga owned = routers.read(saga);
        var records = new ArrayList<>(owned.records());
        OwnedSaga.Entry last = records.get(records.size() - 1);
        records.set(records.size() - 1, new OwnedSaga.Entry(last.seq(), new SagaRecord.Aborted(), last.at()));

        router.service
                .listener()
                .claimed(new OwnedSaga(
                        owned.id(), owned.pipeline(), owned.key(), owned.deadline(), 1, records, List.of()));

        router.assertLogContains(saga, "saga: payload, parked");
        assertThat(LogText.of(DATABASE, saga)).contains("its records do not make sense", "cannot take Aborted");
    }

    @Test
    void room_isNoneBeforeTheRoutesRun() {
        assertThat(routers.second.service.listener().room()).isZero();
        assertThat(router.service.listener().room()).isPositive();
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
