package org.bactrian.barrier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.bactrian.saga.Call;
import org.bactrian.saga.Refused;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

@Timeout(60)
class BarrierConcurrencyIT {
    private final UUID saga = UUID.randomUUID();
    private final CountDownLatch inside = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    @SuppressWarnings("NullAway.Init")
    private Guarded guarded;

    @BeforeEach
    void start() throws Exception {
        guarded = new Guarded();
    }

    @AfterEach
    void stop() {
        guarded.close();
    }

    private void writesAndHolds() {
        guarded.does(exchange -> {
            guarded.write(exchange.getMessage().getHeader("sagaCall", String.class));
            inside.countDown();
            goOn.await();
        });
    }

    /** Starts the call and returns when it waits for a lock. */
    private CompletableFuture<Exchange> waiting(String call) throws Exception {
        assertThat(inside.await(10, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Exchange> second = guarded.calling(saga, call);
        await().until(guarded::waits);
        assertThat(second).isNotDone();
        return second;
    }

    @Test
    void compensationDuringTheAction_waitsAndUndoesIt() throws Exception {
        writesAndHolds();
        var action = guarded.calling(saga, "action");
        var compensation = waiting("compensation");
        goOn.countDown();
        assertThat(action.join().getException()).isNull();
        assertThat(compensation.join().getException()).isNull();
        assertThat(guarded.work()).containsExactly("action=1", "compensation=1");
    }

    @Test
    void compensationDuringAnActionThatFails_leavesATombstone() throws Exception {
        guarded.does(exchange -> {
            inside.countDown();
            goOn.await();
            throw new IllegalStateException("disk on fire");
        });
        var action = guarded.calling(saga, "action");
        var compensation = waiting("compensation");
        goOn.countDown();
        assertThat(action.join().getException()).hasMessage("disk on fire");
        assertThat(compensation.join().getException()).isNull();
        assertThat(guarded.barrier(saga)).isEqualTo("action nothing, compensation nothing");
        assertThat(guarded.runs).hasValue(1);
    }

    @Test
    void actionDuringACompensationOfNothing_waitsAndIsRefused() throws Exception {
        try (Connection compensating = guarded.database.getConnection()) {
            compensating.setAutoCommit(false);
            new BarrierTable(new SingleConnectionDataSource(compensating, true))
                    .enter(new BarrierKey(saga, "do-work", Call.COMPENSATION));
            inside.countDown();
            var action = waiting("action");
            compensating.commit();
            assertThat(action.join().getException()).isInstanceOf(Refused.class);
        }
        assertThat(guarded.runs).hasValue(0);
    }

    @Test
    void repeatedActionDuringTheCompensation_waitsAndIsRefused() throws Exception {
        guarded.call(saga, "action");
        writesAndHolds();
        var compensation = guarded.calling(saga, "compensation");
        var action = waiting("action");
        goOn.countDown();
        assertThat(compensation.join().getException()).isNull();
        assertThat(action.join().getException()).isInstanceOf(Refused.class);
        assertThat(guarded.work()).containsExactly("compensation=1");
    }

    @Test
    void completionDuringTheCompensation_waitsAndContradicts() throws Exception {
        guarded.call(saga, "action");
        writesAndHolds();
        var compensation = guarded.calling(saga, "compensation");
        var completion = waiting("completion");
        goOn.countDown();
        assertThat(compensation.join().getException()).isNull();
        assertThat(completion.join().getException()).isInstanceOf(Contradiction.class);
        assertThat(guarded.work()).containsExactly("compensation=1");
    }

    @Test
    void twoEqualActions_runOnce() throws Exception {
        writesAndHolds();
        var first = guarded.calling(saga, "action");
        var second = waiting("action");
        goOn.countDown();
        assertThat(first.join().getException()).isNull();
        assertThat(second.join().getException()).isNull();
        assertThat(guarded.work()).containsExactly("action=1");
    }

    @Test
    void deadlock_isTriedAgainWithTheSameMessage() {
        guarded.write("a");
        guarded.write("b");
        CyclicBarrier bothHoldOne = new CyclicBarrier(2);
        JdbcTemplate sql = guarded.sql;
        guarded.does(exchange -> {
            List<String> names =
                    exchange.getMessage().getBody(String.class).equals("ab") ? List.of("a", "b") : List.of("b", "a");
            sql.update("UPDATE work SET value = value + 1 WHERE name = ?", names.get(0));
            if (guarded.runs.get() <= 2) {
                bothHoldOne.await();
            }
            sql.update("UPDATE work SET value = value + 1 WHERE name = ?", names.get(1));
        });
        var ab = CompletableFuture.supplyAsync(() -> guarded.call("direct:none", saga, "action", stream("ab")));
        var ba = CompletableFuture.supplyAsync(
                () -> guarded.call("direct:none", UUID.randomUUID(), "action", stream("ba")));
        assertThat(ab.join().getException()).isNull();
        assertThat(ba.join().getException()).isNull();
        // whoever is tried again may meet the other once more before that one has both
        assertThat(guarded.runs.get()).isBetween(3, 10);
        assertThat(guarded.work()).containsExactly("a=3", "b=3");
    }

    private static ByteArrayInputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
