package org.bactrian.camel;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bactrian.saga.Failure;

/** Aborts one saga when its time is over, if it is STARTED then; the first limit that is set counts. */
final class TimeLimit {
    private final SagaCoordinator saga;
    private final Services services;
    private final AtomicBoolean isSet;

    /** @param isSet whether the log has it, or has none: then the route has no say any more */
    TimeLimit(SagaCoordinator saga, Services services, boolean isSet) {
        this.saga = saga;
        this.services = services;
        this.isSet = new AtomicBoolean(isSet);
    }

    /** What the saga's route declares, counted from now. */
    void declared(Duration limit) {
        if (!isSet.getAndSet(true)) {
            abortAfter(limit, "its time limit of %,d ms is over".formatted(limit.toMillis()));
        }
    }

    /** What is left of the limit in the log. The timer ends when the saga has settled: it would hold the saga in memory. */
    void abortAfter(Duration left, String reason) {
        var over = new Failure(Failure.Kind.CANCELLED, reason);
        services.watch(
                saga.settled()
                        .thenApply(status -> false)
                        .completeOnTimeout(true, left.toMillis(), TimeUnit.MILLISECONDS)
                        .thenComposeAsync(
                                late -> late ? saga.abort(over) : CompletableFuture.completedFuture(null),
                                services.pool()),
                saga.id());
    }
}
