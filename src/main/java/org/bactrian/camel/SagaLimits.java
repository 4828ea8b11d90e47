package org.bactrian.camel;

/**
 * How many sagas there may be.
 *
 * @param running run here at once; those that only wait in {@code await:} do not count. Others wait in the log
 * @param live are in this process's memory, those that wait in {@code await:} and parked ones, too
 * @param waiting wait in the log, over all processes; above it new ones are refused
 */
public record SagaLimits(int running, int live, int waiting) {
    public SagaLimits {
        if (running < 1 || waiting < 1) {
            throw new IllegalArgumentException(
                    "saga.running.most and saga.waiting.most must be at least 1; are %d and %d"
                            .formatted(running, waiting));
        }
        if (live < running) {
            throw new IllegalArgumentException(
                    "saga.live.most must be at least saga.running.most, as what runs is in memory; is %d, and %d"
                            .formatted(live, running));
        }
    }
}
