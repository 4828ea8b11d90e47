package org.bactrian.camel;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts the sagas that run here. One that goes on is never held up: the count may rise above the limit, until others end. */
final class Places {
    /** Whoever waits is called when a part of all places is free: one call for each would cost more than it gives. */
    private static final int PARTS = 8;

    private final AtomicInteger taken = new AtomicInteger();
    private final int most;
    private final Runnable onFree;

    /** @param onFree called whenever a place was given back and enough are free; returns at once */
    Places(int most, Runnable onFree) {
        this.most = most;
        this.onFree = onFree;
    }

    int taken() {
        return taken.get();
    }

    int free() {
        return Math.max(0, most - taken.get());
    }

    /** Whether so many are free that they are worth a call. */
    boolean areWorthACall() {
        return free() >= Math.max(1, most / PARTS);
    }

    /** False if none is free. */
    boolean tryTake() {
        return taken.getAndUpdate(now -> now < most ? now + 1 : now) < most;
    }

    /** Whether or not one is free. */
    void take() {
        taken.incrementAndGet();
    }

    void giveBack() {
        if (taken.decrementAndGet() < 0) {
            throw new IllegalStateException("a place must be taken before it is given back");
        }
        if (areWorthACall()) {
            onFree.run();
        }
    }
}
