package org.bactrian.camel;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The signals of one saga, each at most once per name: the first wins, a repetition vanishes, and an answer that comes
 * before its question waits for it. Futures are completed by whoever signals: hop before doing work.
 */
final class Signals {
    private final Map<String, CompletableFuture<Signal>> byName = new HashMap<>();
    private @Nullable RuntimeException closed;

    /** The signal of this name, now or later; shared by all who ask, so never cancel it. */
    synchronized CompletableFuture<Signal> get(String name) {
        if (closed != null) {
            return CompletableFuture.failedFuture(closed);
        }
        return byName.computeIfAbsent(name, key -> new CompletableFuture<>());
    }

    /** @return false if there was one of this name before, which stays */
    boolean put(String name, Signal signal) {
        return get(name).complete(signal);
    }

    /** Ends every wait; whoever asks later is told the same. */
    void close(RuntimeException why) {
        Map<String, CompletableFuture<Signal>> waiting;
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
