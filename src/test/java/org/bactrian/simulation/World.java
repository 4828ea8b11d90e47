package org.bactrian.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

/** Virtual time, and what is to happen in it: in the order of time, and by chance where that is the same. */
final class World {
    private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::tie));
    private final List<String> trace = new ArrayList<>();
    private final Random random;
    private final boolean traced;
    private long now;
    private long count;

    private record Event(long at, long tie, Runnable work) {}

    World(long seed, boolean traced) {
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
        this.traced = traced;
    }

    Random random() {
        return random;
    }

    long nanos() {
        return now;
    }

    /** The database's clock. */
    Instant instant() {
        return EPOCH.plusNanos(now);
    }

    long count() {
        return count;
    }

    void at(Duration after, Runnable work) {
        events.add(new Event(now + Math.max(0, after.toNanos()), random.nextLong(), work));
    }

    /** Between the two, by chance. */
    Duration millis(int least, int most) {
        return Duration.ofNanos(1_000_000L * least + random.nextLong(1_000_000L * (most - least) + 1));
    }

    boolean chance(double share) {
        return random.nextDouble() < share;
    }

    /** Does what comes next; false if nothing does. */
    boolean next() {
        Event event = events.poll();
        if (event == null) {
            return false;
        }
        now = event.at;
        count++;
        event.work.run();
        return true;
    }

    /** What happens meanwhile, to whoever waits so long for an answer. */
    void pass(Duration time) {
        long until = now + time.toNanos();
        for (Event event = events.peek(); event != null && event.at <= until; event = events.peek()) {
            next();
        }
        now = Math.max(now, until);
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation is no dependency of ours
    void note(String what, Object... values) {
        if (traced) {
            trace.add("%9.3f  %s".formatted(now / 1e9, what.formatted(values)));
        }
    }

    List<String> trace() {
        return trace;
    }
}
