package org.bactrian.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bactrian.camel.Yaml.PARTICIPANT;
import static org.bactrian.camel.Yaml.pipeline;
import static org.bactrian.camel.Yaml.step;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.bactrian.camel.Mortal.End;
import org.bactrian.participants.TestDatabase;
import org.bactrian.saga.SagaEnded;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Participants that join a saga in another process than its owner's, as the consumers of equal routers do. */
class JoinElsewhereIT {
    private static final HikariDataSource DATABASE = TestDatabase.migrated("src/main/resources/db/migration");

    private static final String[] ROUTES = {
        pipeline("p", "to: 'direct:a'", "to: 'direct:c'"),
        step("a", "timeout: 1m", PARTICIPANT, "to: 'await:a:action'"),
        step("b"),
        step("c")
    };

    private final Mortal life = new Mortal(DATABASE, Integer.MAX_VALUE, End.AT_ONCE);
    private final TestRouter owner = TestRouter.unstarted(life).with(ROUTES).start();
    private final TestRouter other = new TestRouter(DATABASE).with(ROUTES);

    @AfterEach
    void stop() {
        other.close();
        owner.abandon();
        life.close();
        TestDatabase.forgetSagas(DATABASE);
    }

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @Test
    void joinedElsewhere_theOwnerRecordsItAndConfirmsItWithTheRest() {
        other.on("b action", exchange -> exchange.getMessage().setBody("mine"));
        String saga = waiting();

        Exchange done = join(saga);
        goOn(saga);

        assertThat(done.getException()).isNull();
        assertThat(done.getMessage().getBody()).isEqualTo("mine");
        owner.assertLog(saga, """
                COMPLETED
                saga: payload, completing, completed
                a: begun, succeeded
                b: joined, succeeded, completing, completed
                c: begun, succeeded, completing, completed
                """);
        assertThat(other.calls).containsExactly("b action");
        assertThat(owner.calls).contains("b completion").doesNotContain("b action");
    }

    @Test
    void theSagaAborts_theOneThatJoinedElsewhereIsUndoneInItsPlace() {
        owner.refuses("c action", "no");
        String saga = waiting();
        join(saga);
        goOn(saga);

        owner.assertLog(saga, """
                ABORTED c refused: no
                saga: payload, aborting (c refused: no), aborted
                a: begun, succeeded, compensating, compensated
                b: joined, succeeded, compensating, compensated
                c: begun, failed (refused: no), compensating, compensated
                """);
    }

    @Test
    void gotNoAnswerElsewhere_itsConsumerAsksAgainAndTheSuccessCounts() {
        var left = new AtomicInteger(1);
        other.on("b action", exchange -> {
            if (left.getAndDecrement() > 0) {
                throw new IOException("away");
            }
        });
        String saga = waiting();

        assertThat(join(saga).getException()).hasMessage("away");
        assertThat(join(saga).getException()).isNull();
        assertThat(join(saga).getException()).isNull();
        goOn(saga);

        owner.assertLog(saga, """
                COMPLETED
                saga: payload, completing, completed
                a: begun, succeeded
                b: joined, failed (got no answer: away), succeeded, completing, completed
                c: begun, succeeded, completing, completed
                """);
    }

    @Test
    void inFlightElsewhereWhenTheSagaAborts_itIsUndoneAfterItsActionEnded() throws Exception {
        var open = new CountDownLatch(1);
        owner.refuses("c action", "no");
        other.on("b action", exchange -> TestRouter.pass(open));
        String saga = waiting();
        Future<?> joining = joinLater(saga);
        other.awaitCalls("b action");
        goOn(saga);
        owner.assertLogContains(saga, "aborting (c refused: no)");
        assertThat(owner.calls).doesNotContain("c compensation");
        open.countDown();
        joining.get();

        owner.assertLog(saga, """
                ABORTED c refused: no
                saga: payload, aborting (c refused: no), aborted
                a: begun, succeeded, compensating, compensated
                b: joined, succeeded, compensating, compensated
                c: begun, failed (refused: no), compensating, compensated
                """);
    }

    @Test
    void joinElsewhereWhileTheSagaAborts_isRefusedAndLeavesNoRecord() throws Exception {
        var reached = new CountDownLatch(1);
        var open = new CountDownLatch(1);
        owner.refuses("c action", "no");
        owner.on("c compensation", exchange -> {
            reached.countDown();
            TestRouter.pass(open);
        });
        String saga = waiting();
        goOn(saga);
        TestRouter.pass(reached);

        Exchange late = join(saga);
        open.countDown();

        assertThat(late.getException()).isInstanceOf(SagaEnded.class);
        owner.assertLog(saga, """
                ABORTED c refused: no
                saga: payload, aborting (c refused: no), aborted
                a: begun, succeeded, compensating, compensated
                c: begun, failed (refused: no), compensating, compensated
                """);
        assertThat(other.calls).isEmpty();
    }

    @Test
    void ownerDiesBeforeItHearsOfTheJoin_whoTakesTheSagaOverRecordsIt() throws Exception {
        String saga = waiting();
        life.kill();
        Future<?> joining = joinLater(saga);
        try (TestRouter next = TestRouter.unstarted(DATABASE).with(ROUTES).start()) {
            joining.get();
            next.awaitCalls("a action");
            goOn(saga);

            next.assertLog(saga, """
                    COMPLETED
                    saga: payload, completing, completed
                    a: begun, attempt (interrupted), succeeded
                    b: joined, succeeded, completing, completed
                    c: begun, succeeded, completing, completed
                    """);
        }
        assertThat(other.calls).containsOnlyOnce("b action");
    }

    private String waiting() {
        String saga = owner.submit("x");
        owner.awaitCalls("a action");
        return saga;
    }

    private Exchange join(String saga) {
        return other.send("direct:b", "event", Map.of("Long-Running-Action", owner.lraId(saga)));
    }

    private Future<?> joinLater(String saga) {
        return other.sendAndForget("direct:b", "event", Map.of("Long-Running-Action", owner.lraId(saga)));
    }

    private void goOn(String saga) {
        other.signal(saga, "a:action", "Done", "");
    }
}
