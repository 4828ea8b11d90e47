package org.bactrian.saga;

/** Where a saga stands. COMPLETING is the point of no return; parked is a flag beside the running ones, not a status. */
public enum SagaStatus {
    STARTED,
    COMPLETING,
    COMPLETED,
    ABORTING,
    ABORTED;

    /** Whether nothing will happen to the saga any more. */
    public boolean isEnd() {
        return this == COMPLETED || this == ABORTED;
    }
}
