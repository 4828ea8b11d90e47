package org.bactrian.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bactrian.camel.Yaml.pipeline;
import static org.bactrian.camel.Yaml.plainStep;
import static org.bactrian.camel.Yaml.step;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.bactrian.log.LogText;
import org.bactrian.participants.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of a saga that an operator decides about, in the process that drives it and in the next one. */
class OperatorWordsIT {
    private static final String WHY = "{\"reason\": \"asked by phone\"}";

    private final HikariDataSource database = TestDatabase.migrated("src/main/resources/db/migration");
    private final Restarts routers = new Restarts(database);
    private final TestRouter router = routers.first;
    private final AtomicBoolean broken = new AtomicBoolean(true);
    private final CountDownLatch open = new CountDownLatch(1);

    @AfterEach
    void stop() {
        open.countDown();
        routers.close();
        database.close();
    }

    @Test
    void cancelledInAStep_theNextStepDoesNotBeginAndAllIsUndone() {
        String saga = held();

        say(router, saga, "operator/cancel", WHY);
        router.assertLogContains(saga, "aborting (cancelled: by an operator: asked by phone)");
        open.countDown();

        router.assertLog(saga, """
                ABORTED cancelled: by an operator: asked by phone
                saga: payload, operator/cancel (asked by phone), aborting (cancelled: by an operator: asked by phone), aborted
                a: begun, succeeded, compensating, compensated
                """);
        assertThat(router.calls).containsExactly("a action", "a compensation");
    }

    @Test
    void cancelledTwice_isRecordedOnce() {
        String saga = held();

        say(router, saga, "operator/cancel", WHY);
        say(router, saga, "operator/cancel", "{\"reason\": \"again\"}");
        open.countDown();

        router.assertLogContains(saga, "aborted");
        assertThat(LogText.of(database, saga)).doesNotContain("again");
    }

    @Test
    void killedBeforeTheWordWasHeard_theNextProcessHearsIt() {
        String saga = held();
        routers.kill();
        routers.signalElsewhere(saga, "operator/cancel", "{\"reason\": \"asked by phone\"}");

        routers.restart();

        routers.second.assertLogContains(saga, "ABORTED cancelled: by an operator: asked by phone");
        routers.second.assertLogContains(saga, "a: begun, compensating, compensated");
    }

    @Test
    void mendedAndTriedAgain_theCompensationGetsItsAttemptsAnewAndTheSagaEnds() {
        String saga = parked();
        router.assertLogContains(saga, "[parked] compensation of b (direct://undo-b) failed 3 of 3 attempts");
        say(router, saga, "operator/retry@1", WHY);
        router.assertLogContains(saga, "compensating 6 (connection refused)");
        router.assertLogContains(saga, "[parked]");

        broken.set(false);
        say(router, saga, "operator/retry@2", WHY);

        router.assertLog(saga, """
                ABORTED b refused: no
                saga: payload, aborting (b refused: no), parked, operator/retry@1 (asked by phone), parked, operator/retry@2 (asked by phone), aborted
                a: begun, succeeded, compensating, compensated
                b: begun, failed (refused: no), compensating, compensating 2 (connection refused), compensating 3 (connection refused), \
                compensating 4 (an operator had it tried again), compensating 5 (connection refused), compensating 6 (connection refused), compensating 7 (an operator had it tried again), compensated
                """);
        Awaitility.await().until(() -> !router.isLive(saga));
    }

    @Test
    void aRetryOfAnEarlierParking_isOfNoEffect() {
        String saga = parked();
        say(router, saga, "operator/retry@1", WHY);
        router.assertLogContains(saga, "parked, operator/retry@1 (asked by phone), parked\n");

        broken.set(false);
        say(router, saga, "operator/retry@1", WHY);
        say(router, saga, "operator/retry@9", WHY);
        say(router, saga, "operator/skip@2", "{\"reason\": \"by hand\", \"step\": \"a\"}");
        say(router, saga, "operator/cancel", WHY);
        say(router, saga, "operator/nonsense", WHY);
        say(router, saga, "operator/skip@2", "no JSON");
        routers.restart();

        assertThat(LogText.of(database, saga))
                .contains("[parked]")
                .contains(
                        "saga: payload, aborting (b refused: no), parked, operator/retry@1 (asked by phone), parked\n");
    }

    @Test
    void skipped_theStepStaysCompensatingAndTheOthersAreUndone() {
        String saga = parked();

        say(router, saga, "operator/skip@1", "{\"reason\": \"refunded by hand\", \"step\": \"b\"}");

        router.assertLog(saga, """
                ABORTED b refused: no
                saga: payload, aborting (b refused: no), parked, aborted
                a: begun, succeeded, compensating, compensated
                b: begun, failed (refused: no), compensating, compensating 2 (connection refused), compensating 3 (connection refused), \
                operator/skip@1 (refunded by hand)
                """);
        assertThat(LogText.steps(database, saga)).contains("b COMPENSATING").contains("a COMPENSATED");
    }

    @Test
    void killedAfterTheWord_theNextProcessGoesOnWithIt() {
        String saga = parked();
        routers.kill();
        routers.signalElsewhere(saga, "operator/skip@1", "{\"reason\": \"by hand\", \"step\": \"b\"}");

        routers.restart();

        routers.second.assertLogContains(saga, "ABORTED b refused: no");
        routers.second.assertLogContains(saga, "a: begun, succeeded, compensating, compensated");
    }

    @Test
    void signalledByAnOperator_thatIsRecordedToo() {
        String saga = held();

        say(router, saga, "operator/signal@approve:action", WHY);

        router.assertLogContains(saga, "operator/signal@approve:action (asked by phone)");
        open.countDown();
        router.assertLogContains(saga, "COMPLETED");
    }

    @Test
    void aMessageSaysAnOperatorsWord_isRefused() {
        String saga = held();

        var refused = router.send(
                "signal:${header.sagaStep}:${header.sagaCall}",
                WHY,
                Map.of("sagaId", saga, "sagaStep", "operator/signal@x", "sagaCall", "action"));

        assertThat(refused.getException()).hasMessageContaining("operators'");
        assertThat(routers.signals(saga)).isEmpty();
    }

    /** In the action of {@code a}, which ends when {@code open} opens. */
    private String held() {
        routers.with(pipeline("p", "to: 'direct:a'", "to: 'direct:b'"), plainStep("a"), plainStep("b"));
        router.on("a action", exchange -> TestRouter.pass(open));
        String saga = router.submit("x");
        router.awaitCalls("a action");
        return saga;
    }

    /** While {@code b} is undone, which fails as long as it is {@code broken}. */
    private String parked() {
        routers.with(pipeline("p", "to: 'direct:a'", "to: 'direct:b'"), step("a"), step("b"));
        router.refuses("b action", "no");
        router.on("b compensation", exchange -> {
            if (broken.get()) {
                throw new IOException("connection refused");
            }
        });
        String saga = router.submit("x");
        router.assertLogContains(saga, "[parked]");
        return saga;
    }

    private static void say(TestRouter to, String saga, String word, String body) {
        assertThat(to.signal(saga, word, "", body).getException()).isNull();
    }
}
