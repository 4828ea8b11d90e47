package org.bactrian.camel;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.bactrian.saga.LoggedSignal;
import org.jspecify.annotations.Nullable;

/**
 * The signals of one saga, each at most once per name: the first wins, a repetition vanishes, and an answer that comes
 * before its question waits for it. Futures are completed by whoever signals: hop before doing work.
 */
final class Signals {
    private final Map<String, CompletableFuture<LoggedSignal>> byName = new HashMap<>();
    private @Nullable RuntimeException closed;
    private boolean read;

    /** The signal of this name, now or later; shared by all who ask, so never cancel it. */
    synchronized CompletableFuture<LoggedSignal> get(String name) {
        if (closed != null) {
            return CompletableFuture.failedFuture(closed);
        }
        return byName.computeIfAbsent(name, key -> new CompletableFuture<>());
    }

    /** @return false if there was one of this name before, which stays */
    boolean put(LoggedSignal signal) {
        return get(signal.name()).complete(signal);
    }

    /** True for the first who asks: signals that came before the saga was known here are to be read from the log, once. */
    synchronized boolean mustBeRead() {
        boolean must = !read && closed == null;
        read = true;
        return must;
    }

    synchronized boolean isClosed() {
        return closed != null;
    }

    /** Ends every wait; whoever asks later is told the same. */
    void close(RuntimeException why) {
        Map<String, CompletableFuture<LoggedSignal>> waiting;
        synchronized (this) {
            if (closed != null) {
                return;
            }
            closed = why;
            waiting = Map.copyOf(byName);
        }
        waiting.values().forEach(future -> future.completeExceptionally(why));
    }
}
