package org.bactrian.log;

import java.time.Duration;

/**
 * How the log is written and owned.
 *
 * @param lease an instance that has committed nothing for so long may be declared dead; at least 100 ms
 * @param alone no other instance runs on this log: earlier ones are declared dead at the start
 * @param poll how long a signal that another instance received lies unseen when its notification is lost
 * @param queuedEntries how much may wait to be written; twice as much from sagas that run already
 * @param queuedBytes likewise
 */
public record LogSettings(Duration lease, boolean alone, Duration poll, int queuedEntries, long queuedBytes) {
    private static final int HEARTBEATS = 5;
    private static final Duration LEAST_LEASE = Duration.ofMillis(100);

    public LogSettings {
        if (lease.compareTo(LEAST_LEASE) < 0) {
            throw new IllegalArgumentException("saga.lease must be at least 100 ms; is " + lease);
        }
    }

    public LogSettings(Duration lease, boolean alone) {
        this(lease, alone, Duration.ofMillis(100), 50_000, 64L << 20);
    }

    /** Between the empty batches of an idle instance, and between its looks for sagas to claim. */
    Duration heartbeat() {
        return lease.dividedBy(HEARTBEATS);
    }
}
