package org.bactrian.saga;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.bactrian.saga.Claimant.Ledger;
import org.jspecify.annotations.Nullable;

/**
 * Gives out, one at a time, the sagas of which several routers have died: the next when the one before has come further, or
 * some time later. So what ends its router is held to do that alone, and not with it those that were beside it. Not
 * thread-safe.
 */
final class Probation {
    private final Duration time;
    private final LongSupplier nanos;
    private @Nullable SagaId suspect;
    private long since;

    Probation(Duration time, LongSupplier nanos) {
        this.time = time;
        this.nanos = nanos;
    }

    /** Whether one was given out that is to be looked after. */
    boolean isOn() {
        return suspect != null;
    }

    /** The one that may be taken now; none as long as that before is on probation, or if there is no other. */
    Optional<SagaId> next(Ledger ledger) {
        SagaId before = suspect;
        if (before != null && nanos.getAsLong() - since < time.toNanos() && ledger.isOnProbation(before)) {
            return Optional.empty();
        }
        Optional<SagaId> next = ledger.suspect();
        suspect = next.orElse(null);
        since = nanos.getAsLong();
        return next;
    }
}
