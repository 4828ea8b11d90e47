package org.bactrian.saga;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Growing, jittered pauses between the attempts of a call: doubled each time, up to a maximum, half of it by chance.
 *
 * @param attempts how many attempts of a callback before the saga is parked, at least 1
 */
public record RetryPause(Duration first, Duration most, int attempts) {
    public RetryPause {
        if (first.isNegative() || first.isZero() || most.compareTo(first) < 0 || attempts < 1) {
            throw new IllegalArgumentException(
                    "pauses must grow from a positive one to a longer one, attempts be at least 1; are %s, %s, %d"
                            .formatted(first, most, attempts));
        }
    }

    /** @param attempt the number of the attempt that has just failed, from 1 */
    public Duration after(int attempt, RandomGenerator random) {
        long doubled = first.toMillis() << Math.min(attempt - 1, 30);
        long full = doubled <= 0 ? most.toMillis() : Math.min(doubled, most.toMillis());
        return Duration.ofMillis(full / 2 + random.nextLong(full / 2 + 1));
    }
}
