package org.bactrian.camel;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.bactrian.saga.Failure;
import org.bactrian.saga.Step;
import org.jspecify.annotations.Nullable;

/**
 * One saga's actions in flight: each from its begin over all attempts and pauses until its outcome is on its way to the log. Not
 * thread-safe; its coordinator guards it.
 */
final class Flights {
    /** What is said of an attempt whose process ended before its outcome was recorded. */
    static final String INTERRUPTED = "interrupted";

    private final Map<String, Flight> byStep = new HashMap<>();
    private final Map<String, Long> elsewhere = new HashMap<>();

    /** Goes on with the flight whose pause is over; any other begin is a new flight with a limit of its own. */
    Flight begin(String step, Duration limit) {
        Flight flight = byStep.get(step);
        if (flight == null || flight.pause == null) {
            flight = new Flight(limit);
            byStep.put(step, flight);
        }
        flight.pause = null;
        elsewhere.remove(step);
        return flight;
    }

    /** The action was begun by another process and may still run there; it will tell no outcome here. */
    void beganElsewhere(String step, Duration left) {
        elsewhere.put(step, System.nanoTime() + left.toNanos());
    }

    Optional<Flight> of(String step) {
        return Optional.ofNullable(byStep.get(step));
    }

    /** Why the step's attempt before failed; empty if it did not. */
    String lastError(Step step) {
        if (elsewhere.containsKey(step.name())) {
            return INTERRUPTED;
        }
        Flight flight = byStep.get(step.name());
        return flight == null ? step.failure().map(Failure::reason).orElse("") : flight.lastError;
    }

    void remove(String step) {
        byStep.remove(step);
    }

    /** Nothing is asked again any more: every pause ends with false. */
    void endPauses() {
        byStep.values().stream()
                .map(flight -> flight.pause)
                .filter(pause -> pause != null)
                .forEach(pause -> pause.complete(false));
    }

    /**
     * Done when every action that is in flight now has an outcome or its limit, counted from now, is over; for one that
     * began elsewhere the rest of its limit.
     */
    CompletableFuture<Void> ended() {
        Stream<CompletableFuture<Void>> here = byStep.values().stream()
                .map(flight ->
                        flight.ended.copy().completeOnTimeout(null, flight.limit.toMillis(), TimeUnit.MILLISECONDS));
        Stream<CompletableFuture<Void>> there = elsewhere.values().stream()
                .map(end -> end - System.nanoTime())
                .filter(left -> left > 0)
                .map(left -> new CompletableFuture<Void>().completeOnTimeout(null, left, TimeUnit.NANOSECONDS));
        return CompletableFuture.allOf(Stream.concat(here, there).toArray(CompletableFuture[]::new));
    }

    /** One action; its limit is counted from its first attempt. */
    static final class Flight {
        private final Duration limit;
        private final long deadline;
        private final CompletableFuture<Void> ended = new CompletableFuture<>();
        private @Nullable CompletableFuture<Boolean> pause;
        private String lastError = "";

        private Flight(Duration limit) {
            this.limit = limit;
            this.deadline = System.nanoTime() + limit.toNanos();
        }

        /** As {@link Properties#DEADLINE}. */
        long deadline() {
            return deadline;
        }

        /**
         * Completes with true after the pause, with false as soon as nothing may be asked again, which is at once if the
         * limit would be over before. Hop before doing work.
         *
         * @param least towards the limit's end the pauses become shorter again, down to this one
         * @param wish a longer pause; ignored if it does not fit into the limit
         */
        CompletableFuture<Boolean> pause(Duration usual, Duration least, Duration wish, String error) {
            Duration half = Duration.ofNanos((deadline - System.nanoTime()) / 2);
            Duration some = half.compareTo(usual) < 0 && half.compareTo(least) > 0 ? half : usual;
            Duration time = wish.compareTo(some) > 0 && fits(wish) ? wish : some;
            if (!fits(time)) {
                return CompletableFuture.completedFuture(false);
            }
            lastError = error;
            pause = new CompletableFuture<Boolean>().completeOnTimeout(true, time.toNanos(), TimeUnit.NANOSECONDS);
            return pause;
        }

        private boolean fits(Duration time) {
            return deadline - System.nanoTime() > time.toNanos();
        }

        void end() {
            ended.complete(null);
        }
    }
}
