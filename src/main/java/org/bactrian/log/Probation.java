package org.bactrian.log;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.bactrian.log.Instance.Term;
import org.jspecify.annotations.Nullable;

/**
 * Gives out, one at a time, the sagas of which several routers have died: the next when the one before has come further, or
 * a lease later. So what ends its router is held to do that alone, and not with it those that were beside it. The claims'
 * thread's.
 */
final class Probation {
    private final Ownership ownership;
    private final Duration time;
    private @Nullable UUID suspect;
    private long since;

    Probation(Ownership ownership, Duration time) {
        this.ownership = ownership;
        this.time = time;
    }

    /** Whether one was given out that is to be looked after. */
    boolean isOn() {
        return suspect != null;
    }

    /** The one that may be taken now; none as long as that before is on probation, or if there is no other. */
    List<UUID> next(Term term) {
        UUID before = suspect;
        if (before != null && System.nanoTime() - since < time.toNanos() && ownership.isOnProbation(before, term)) {
            return List.of();
        }
        Optional<UUID> next = ownership.suspect();
        suspect = next.orElse(null);
        since = System.nanoTime();
        return next.map(List::of).orElse(List.of());
    }
}
