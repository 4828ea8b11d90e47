package org.bactrian.camel;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.bactrian.saga.SagaId;

/**
 * A time in which no pipeline runs here, so that routes can be replaced: runs are dropped before it, and go on after it from
 * what is recorded of them. What is entered or handed over meanwhile waits.
 */
record Interlude(LiveSagas live, Services services) {
    private static final Duration UNTIL_THERE_IS_ROOM = Duration.ofMillis(100);

    /** Returns when the change was made, with the number of runs that were dropped; blocks as long as it does. */
    int around(Runnable change) {
        List<SagaId> dropped = live.setAside();
        try {
            change.run();
        } finally {
            live.takeUp();
            dropped.forEach(this::goOn);
        }
        return dropped.size();
    }

    /** Only after all that was recorded of it is on disk: the log is what it goes on from. */
    private void goOn(SagaId saga) {
        services.watch(
                services.log()
                        .progressed(saga)
                        .thenRun(() -> services.log().handOver(saga))
                        .exceptionallyCompose(error -> {
                            if (Outcomes.unwrap(error) instanceof RejectedExecutionException) {
                                return services.pause(UNTIL_THERE_IS_ROOM).thenRun(() -> goOn(saga));
                            }
                            return CompletableFuture.failedFuture(error);
                        }),
                saga);
    }
}
