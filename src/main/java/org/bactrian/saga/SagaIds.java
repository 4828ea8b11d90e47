package org.bactrian.saga;

import java.time.InstantSource;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** Makes saga ids in rising order: UUIDv7 of RFC 9562, section 6.2, method 1 (a counter in {@code rand_a}). */
public final class SagaIds {
    private static final int COUNTER_BITS = 12;

    private final InstantSource clock;
    private final RandomGenerator random;
    private long last;

    public SagaIds(InstantSource clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    /** Above every id that this source made before, also when the clock was set back. */
    public synchronized SagaId next() {
        last = Math.max(last + 1, clock.millis() << COUNTER_BITS);
        long millis = last >>> COUNTER_BITS;
        long counter = last & ((1 << COUNTER_BITS) - 1);
        long high = millis << 16 | 0x7000 | counter;
        long low = 0x8000000000000000L | random.nextLong() >>> 2;
        return new SagaId(new UUID(high, low));
    }
}
