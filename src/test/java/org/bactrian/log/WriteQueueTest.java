package org.bactrian.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.awaitility.Awaitility;
import org.bactrian.saga.Content;
import org.bactrian.saga.LoggedSignal;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaRecord;
import org.bactrian.saga.StepPlan;
import org.junit.jupiter.api.Test;

class WriteQueueTest {
    private static final LogSettings SETTINGS = new LogSettings(Duration.ofSeconds(5), false);
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final SagaId SAGA = new SagaId(UUID.fromString("01a20710-8127-7000-be76-565de26806fc"));

    @Test
    void outcomeByItself_waitsForTheNextRecordAndIsWrittenWithIt() throws Exception {
        var queue = new WriteQueue(SETTINGS, LONG);
        Entry succeeded = succeeded(2);
        Entry begun = begun(3);
        queue.add(succeeded);
        var taken = new CompletableFuture<List<Entry>>();
        var writer = new Thread(() -> take(queue, taken));
        writer.start();
        Awaitility.await().until(() -> writer.getState() == Thread.State.TIMED_WAITING);

        queue.add(begun);

        assertThat(taken.get()).containsExactly(succeeded, begun);
    }

    @Test
    void outcomeThatNothingFollows_isWrittenNevertheless() throws Exception {
        var queue = new WriteQueue(SETTINGS, Duration.ofMillis(1));
        Entry succeeded = succeeded(2);

        queue.add(succeeded);

        assertThat(queue.take(LONG.toNanos())).containsExactly(succeeded);
    }

    @Test
    void outcomeBehindARecordThatIsWaitedFor_isWrittenAtOnce() throws Exception {
        var queue = new WriteQueue(SETTINGS, LONG);
        Entry begun = begun(1);
        Entry succeeded = succeeded(2);
        queue.add(begun);
        queue.add(succeeded);

        long start = System.nanoTime();

        assertThat(queue.take(LONG.toNanos())).containsExactly(begun, succeeded);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LONG);
    }

    @Test
    void queueIsClosed_outcomesWaitNoMore() throws Exception {
        var queue = new WriteQueue(SETTINGS, LONG);
        Entry succeeded = succeeded(2);
        queue.add(succeeded);

        queue.close();

        assertThat(queue.take(LONG.toNanos())).containsExactly(succeeded);
        assertThat(queue.isDone()).isTrue();
    }

    @Test
    void noRoomOrClosed_saysWhich() {
        var full = new WriteQueue(new LogSettings(Duration.ofSeconds(5), false, Duration.ofSeconds(1), 1, 1_000), LONG);
        full.add(said());
        assertThatThrownBy(() -> full.add(said())).isInstanceOf(QueueFull.class);
        var closed = new WriteQueue(SETTINGS, LONG);
        closed.close();

        assertThatThrownBy(() -> closed.add(said()))
                .isInstanceOf(RejectedExecutionException.class)
                .isNotInstanceOf(QueueFull.class);
    }

    private static void take(WriteQueue queue, CompletableFuture<List<Entry>> taken) {
        try {
            taken.complete(queue.take(LONG.toNanos()));
        } catch (InterruptedException e) {
            taken.completeExceptionally(e);
        }
    }

    private static Entry said() {
        return Entry.Say.of(SAGA, new LoggedSignal("a:action", "Done", Content.EMPTY));
    }

    private static Entry succeeded(int seq) {
        return Entry.Append.of(SAGA, seq, new SagaRecord.Succeeded("a", Content.EMPTY));
    }

    private static Entry begun(int seq) {
        return Entry.Append.of(
                SAGA, seq, new SagaRecord.Begun("b", new StepPlan(null, null, Map.of(), Duration.ofSeconds(1), false)));
    }
}
