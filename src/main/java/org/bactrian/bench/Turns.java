package org.bactrian.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What one system did in its turns.
 *
 * @param slices one for each turn, in order
 * @param walFlushes how often it has written PostgreSQL's log to disk
 * @param logged what its own log's writer did; empty if it has none
 * @param whole whether every order is all done or all undone, as it must be
 */
record Turns(
        int clients, String system, List<Slice> slices, long walFlushes, Optional<LogCount> logged, boolean whole) {
    Figures figures() {
        return Figures.of(clients, system, all(), (double) walFlushes, whole);
    }

    Slice all() {
        return Slice.all(slices);
    }

    /** The median over the turns of this system's figure by the other's in the turn beside it. */
    double ratio(Turns other, ToDoubleFunction<Slice> figure) {
        double[] ratios = IntStream.range(0, slices.size())
                .mapToDouble(
                        turn -> figure.applyAsDouble(slices.get(turn)) / figure.applyAsDouble(other.slices.get(turn)))
                .sorted()
                .toArray();
        return Arrays.stream(ratios, (ratios.length - 1) / 2, ratios.length / 2 + 1)
                .average()
                .orElse(Double.NaN);
    }
}
