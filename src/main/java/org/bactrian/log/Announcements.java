package org.bactrian.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;
import org.bactrian.saga.LoggedSignal;
import org.bactrian.saga.OwnedSaga;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaReleased;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells on the step pool what was written; nothing of a saga is told before whoever drives it has it in hand. */
final class Announcements {
    private static final Logger LOG = LoggerFactory.getLogger(Announcements.class);

    private final Map<SagaId, List<LoggedSignal>> expected = new ConcurrentHashMap<>();
    private final LogListener listener;
    private final Executor pool;
    private final LongAdder refused;

    /** @param refused counts what is written for sagas that others drive */
    Announcements(LogListener listener, Executor pool, LongAdder refused) {
        this.listener = listener;
        this.pool = pool;
        this.refused = refused;
    }

    <T> void complete(CompletableFuture<T> done, @Nullable T value) {
        run(() -> done.complete(value));
    }

    /** Nothing of the entry was written. */
    void fail(Entry entry, Throwable error) {
        run(() -> {
            entry.done().completeExceptionally(error);
            if (entry instanceof Entry.Submit) {
                arrived(entry.saga());
            }
        });
    }

    /** Nothing of the entry was written: another process drives its saga now. */
    void refuse(Entry entry) {
        if (entry instanceof Entry.Append) {
            refused.increment();
        }
        fail(entry, new SagaReleased(entry.saga()));
    }

    /** It is not known whether it was written; if it was, whoever waited is not told any more. */
    void giveUp(Entry.Submit submit, Throwable error) {
        run(() -> submit.done().completeExceptionally(error));
    }

    /** From now until {@link #arrived} the saga's signals wait. */
    void expect(SagaId saga) {
        expected.putIfAbsent(saga, new ArrayList<>());
    }

    void arrived(SagaId saga) {
        List<LoggedSignal> waiting = expected.remove(saga);
        if (waiting != null) {
            waiting.forEach(signal -> tell(saga, signal));
        }
    }

    void signalled(SagaId saga, LoggedSignal signal) {
        boolean waits = expected.computeIfPresent(saga, (id, waiting) -> {
                    waiting.add(signal);
                    return waiting;
                })
                != null;
        if (!waits) {
            tell(saga, signal);
        }
    }

    /** Completes when the listener has taken it, or failed to. */
    CompletableFuture<Void> claimed(OwnedSaga saga) {
        return later(() -> listener.claimed(saga), "saga " + saga.id() + " was claimed but not taken over");
    }

    CompletableFuture<Void> fenced() {
        return later(listener::fenced, "not every saga of a fenced instance was dropped");
    }

    void pausesChanged() {
        var unused = later(listener::pausesChanged, "what is not paused any more was not told");
    }

    int room() {
        return listener.room();
    }

    /** On the step pool; in place only when that takes nothing any more, as this process ends. */
    void run(Runnable work) {
        try {
            pool.execute(work);
        } catch (RejectedExecutionException e) {
            work.run();
        }
    }

    private void tell(SagaId saga, LoggedSignal signal) {
        var unused = later(
                () -> listener.signalled(saga, signal),
                "signal %s to saga %s was not taken".formatted(signal.name(), saga));
    }

    private CompletableFuture<Void> later(Runnable work, String otherwise) {
        var done = new CompletableFuture<Void>();
        run(() -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                LOG.error(otherwise, e);
            } finally {
                done.complete(null);
            }
        });
        return done;
    }
}
