package org.bactrian.saga;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * What a process may conclude from its own batches while it is registered in the saga log: whether it still owns its sagas,
 * and whether it may declare others dead. Told by the writer alone; may be asked from any thread.
 */
public final class Tenure {
    private final Duration lease;
    private final LongSupplier nanos;
    private volatile long steadySince;
    private volatile long lastCommit;
    private long acknowledged;

    /** What has become of a batch that the fence held back. */
    public enum Fate {
        COMMITTED,
        NOT_COMMITTED,
        FENCED
    }

    /**
     * The process's own row, as it is found.
     *
     * @param batch the last one that was committed
     * @param dead whether another process took its sagas
     */
    public record Row(long batch, boolean dead) {}

    /**
     * @param lease after which a process that has committed nothing may be declared dead
     * @param nanos a clock that only runs forward
     */
    public Tenure(Duration lease, LongSupplier nanos) {
        this.lease = lease;
        this.nanos = nanos;
        begin();
    }

    /** It was registered anew: no batch was committed yet. */
    public void begin() {
        acknowledged = 0;
        steadySince = nanos.getAsLong();
        lastCommit = steadySince;
    }

    /** The number of the next batch; the fence lets it through once. */
    public long nextBatch() {
        return acknowledged + 1;
    }

    /** The next batch is known to be committed. */
    public void acknowledge() {
        acknowledged++;
        long now = nanos.getAsLong();
        if (now - lastCommit > lease.toNanos()) {
            steadySince = now;
        }
        lastCommit = now;
    }

    /** A batch did not come through: others' may not have come through either. */
    public void interrupted() {
        steadySince = nanos.getAsLong();
    }

    /** Whether its own batches were committed for a whole lease: only then can another's silence mean that it is dead. */
    public boolean isSteady() {
        long now = nanos.getAsLong();
        long whole = lease.toNanos();
        return now - steadySince >= whole && now - lastCommit < whole / 2;
    }

    /**
     * @param found empty if there is no such row any more
     * @param sent whether the next batch was sent before, without an answer
     */
    public Fate fate(Optional<Row> found, boolean sent) {
        if (found.isEmpty() || found.get().dead()) {
            return Fate.FENCED;
        }
        long batch = found.get().batch();
        if (batch == nextBatch() && sent) {
            return Fate.COMMITTED;
        }
        return batch == acknowledged ? Fate.NOT_COMMITTED : Fate.FENCED; // below: the database lost commits
    }
}
