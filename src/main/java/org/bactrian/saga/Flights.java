package org.bactrian.saga;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One saga's actions in flight: each from its begin over all attempts and pauses until its outcome is on its way to
 * the log. Not
 * thread-safe; its driver guards it.
 */
final class Flights {
    /** What is said of an attempt whose process ended before its outcome was recorded. */
    static final String INTERRUPTED = "interrupted";

    private final Map<String, Flight> byStep = new HashMap<>();
    private final Map<String, Long> elsewhere = new HashMap<>();
    private final LongSupplier nanos;

    /** @param nanos a clock that only runs forward */
    Flights(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Goes on with the flight whose pause is over; any other begin is a new flight with a limit of its own. */
    void begin(String step, Duration limit) {
        Flight flight = byStep.get(step);
        if (flight == null || !flight.pausing) {
            flight = new Flight(limit);
            byStep.put(step, flight);
        }
        flight.pausing = false;
        elsewhere.remove(step);
    }

    /** The action runs from now on, if it does not already: how long its record took to be written is not its to answer for. */
    long start(String step) {
        return deadline(Objects.requireNonNull(byStep.get(step), "a step begins before it starts"));
    }

    private long deadline(Flight flight) {
        if (flight.deadline == null) {
            flight.deadline = nanos.getAsLong() + flight.limit.toNanos();
        }
        return flight.deadline;
    }

    /** The action was begun by another process and may still run there; it will tell no outcome here. */
    void beganElsewhere(String step, Duration left) {
        elsewhere.put(step, nanos.getAsLong() + left.toNanos());
    }

    /** How long they may still take, those that began elsewhere, too; empty if each has an outcome, or must be over. */
    Optional<Duration> left() {
        long now = nanos.getAsLong();
        Stream<Duration> here = byStep.values().stream()
                .map(flight -> flight.deadline == null ? flight.limit : Duration.ofNanos(flight.deadline - now));
        Stream<Duration> there = elsewhere.values().stream().map(end -> Duration.ofNanos(end - now));
        return Stream.concat(here, there)
                .filter(left -> left.compareTo(Duration.ZERO) > 0)
                .max(Duration::compareTo);
    }

    boolean has(String step) {
        return byStep.containsKey(step);
    }

    /** Why the step's attempt before failed; empty if it did not. */
    String lastError(Step step) {
        if (elsewhere.containsKey(step.name())) {
            return INTERRUPTED;
        }
        Flight flight = byStep.get(step.name());
        return flight == null ? step.failure().map(Failure::reason).orElse("") : flight.lastError;
    }

    /** Its outcome is known, wherever it began. */
    void end(String step) {
        elsewhere.remove(step);
        byStep.remove(step);
    }

    /**
     * How long to wait until the step is asked again; empty if its limit would be over before.
     *
     * @param least towards the limit's end the pauses become shorter again, down to this one
     * @param wish a longer pause; ignored if it does not fit into the limit
     */
    Optional<Duration> pause(String step, Duration usual, Duration least, Duration wish, String error) {
        Flight flight = byStep.get(step);
        if (flight == null) {
            return Optional.empty();
        }
        Duration left = Duration.ofNanos(deadline(flight) - nanos.getAsLong());
        Duration half = left.dividedBy(2);
        Duration some = half.compareTo(usual) < 0 && half.compareTo(least) > 0 ? half : usual;
        Duration time = wish.compareTo(some) > 0 && left.compareTo(wish) > 0 ? wish : some;
        if (left.compareTo(time) <= 0) {
            return Optional.empty();
        }
        flight.lastError = error;
        flight.pausing = true;
        return Optional.of(time);
    }

    /** Whether every action has an outcome, but for those that began elsewhere and must be over by now. */
    boolean areOver() {
        return longest().isEmpty();
    }

    /** How long the one that takes longest may take: its limit from now; of one that began elsewhere, the rest of it. */
    Optional<Duration> longest() {
        long now = nanos.getAsLong();
        LongStream here = byStep.values().stream().mapToLong(flight -> flight.limit.toNanos());
        LongStream there =
                elsewhere.values().stream().mapToLong(end -> end - now).filter(left -> left > 0);
        return LongStream.concat(here, there).boxed().max(Long::compare).map(Duration::ofNanos);
    }

    /** One action; its limit is counted from the record of its first attempt. */
    private static final class Flight {
        private final Duration limit;
        private @Nullable Long deadline;
        private boolean pausing;
        private String lastError = "";

        Flight(Duration limit) {
            this.limit = limit;
        }
    }
}
