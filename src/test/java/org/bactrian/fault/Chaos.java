package org.bactrian.fault;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Drops, doubles, delays and reorders a small part of all deliveries. What becomes of an order's first, second, …
 * delivery of a kind depends on the seed alone; when it comes, and so what it meets, on the machine.
 */
final class Chaos implements Traffic {
    private static final double PART_OF_EACH = 0.05;
    private static final double LONG_DELAYS = 0.1;
    private static final int DELAY_MILLIS = 1_500;
    /** Longer than the limit of the steps that are asked: what comes then must do nothing. */
    private static final int LONG_DELAY_MILLIS = 12_000;

    private static final int LONGEST_WAIT_FOR_ANOTHER_MILLIS = 2_000;
    private static final int DISTANCE_MILLIS = 20;

    enum Kind {
        DROPPED,
        DOUBLED,
        DELAYED,
        /** Counted only if another delivery of the same saga went by meanwhile. */
        REORDERED
    }

    private final long seed;
    private final OrderIds orders;
    private final AtomicLong deliveries = new AtomicLong();
    private final Map<Kind, AtomicLong> counts = new EnumMap<>(Kind.class);
    private final Map<String, Integer> seen = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<Void>> waiting = new ConcurrentHashMap<>();
    private volatile boolean on = true;

    Chaos(long seed, OrderIds orders) {
        this.seed = seed;
        this.orders = orders;
        for (Kind kind : Kind.values()) {
            counts.put(kind, new AtomicLong());
        }
    }

    /** From now on everything passes; what is held still arrives when its time has come. */
    void end() {
        on = false;
    }

    boolean hasEnough(long each) {
        return counts.values().stream().allMatch(count -> count.get() >= each);
    }

    @Override
    public Fate of(Delivery delivery) {
        String order = orders.of(delivery.saga());
        if (!on || order == null) {
            return Fate.PASSES;
        }
        deliveries.incrementAndGet();
        overtake(delivery.saga());
        int time = seen.merge(order + " " + delivery.what(), 1, Integer::sum);
        var random = new SplittableRandom(seed * 31 + Objects.hash(order, delivery.what(), time));
        Kind kind = kind(random.nextDouble());
        if (kind == null) {
            return Fate.PASSES;
        }
        boolean overHttp = delivery.what().indexOf(':') > 0;
        return switch (kind) {
            case DROPPED -> counted(kind, overHttp && random.nextBoolean() ? Fate.ANSWER_LOST : Fate.DROPPED);
            case DOUBLED -> counted(kind, random.nextBoolean() ? Fate.DOUBLED : Fate.DOUBLED_AT_ONCE);
            case DELAYED -> counted(kind, delay(random, overHttp));
            case REORDERED -> reorder(delivery.saga(), random);
        };
    }

    private static @Nullable Kind kind(double chance) {
        int number = (int) (chance / PART_OF_EACH);
        return number < Kind.values().length ? Kind.values()[number] : null;
    }

    /** Who calls over HTTP does not wait for long. */
    private static Fate delay(SplittableRandom random, boolean overHttp) {
        boolean isLong = random.nextDouble() < LONG_DELAYS;
        int millis = 1 + random.nextInt(DELAY_MILLIS) + (isLong ? LONG_DELAY_MILLIS : 0);
        var until = new CompletableFuture<Void>().completeOnTimeout(null, millis, TimeUnit.MILLISECONDS);
        return isLong && overHttp ? Fate.late(until) : Fate.slow(until);
    }

    /** Held until the saga's next delivery; if that needs this one, a copy is. */
    private Fate reorder(String saga, SplittableRandom random) {
        var overtaken = new CompletableFuture<Void>();
        waiting.put(saga, overtaken);
        var until = overtaken
                .thenRun(() -> counts(Kind.REORDERED).incrementAndGet())
                .thenRunAsync(() -> {}, CompletableFuture.delayedExecutor(DISTANCE_MILLIS, TimeUnit.MILLISECONDS))
                .completeOnTimeout(null, LONGEST_WAIT_FOR_ANOTHER_MILLIS, TimeUnit.MILLISECONDS);
        return random.nextBoolean() ? Fate.late(until) : Fate.repeatedLate(until);
    }

    private void overtake(String saga) {
        var overtaken = waiting.remove(saga);
        if (overtaken != null) {
            overtaken.complete(null);
        }
    }

    private Fate counted(Kind kind, Fate fate) {
        counts(kind).incrementAndGet();
        return fate;
    }

    private AtomicLong counts(Kind kind) {
        return Objects.requireNonNull(counts.get(kind));
    }

    /** As {@code of 7,000 deliveries dropped 101, …}. */
    @Override
    public String toString() {
        return "of %,d deliveries dropped %d, doubled %d, delayed %d, reordered %d"
                .formatted(
                        deliveries.get(),
                        counts(Kind.DROPPED).get(),
                        counts(Kind.DOUBLED).get(),
                        counts(Kind.DELAYED).get(),
                        counts(Kind.REORDERED).get());
    }
}
