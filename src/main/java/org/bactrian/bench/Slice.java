package org.bactrian.bench;

import java.util.Arrays;
import java.util.List;

/**
 * What one system did in one go.
 *
 * @param first the first order's number
 * @param last the number after the last order's
 * @param latencies nanoseconds, one for each order, ascending
 * @param cpuNanos of this process and PostgreSQL
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Slice(long first, long last, long nanos, long[] latencies, long cpuNanos) {
    /** All of them as if they were one; at least one. */
    static Slice all(List<Slice> slices) {
        return new Slice(
                slices.get(0).first,
                slices.get(slices.size() - 1).last,
                slices.stream().mapToLong(Slice::nanos).sum(),
                slices.stream()
                        .flatMapToLong(slice -> Arrays.stream(slice.latencies))
                        .sorted()
                        .toArray(),
                slices.stream().mapToLong(Slice::cpuNanos).sum());
    }

    int orders() {
        return latencies.length;
    }

    double perSecond() {
        return orders() * 1e9 / nanos;
    }

    /** @param share 0.5 for the median */
    double millis(double share) {
        return latencies.length == 0 ? 0 : latencies[(int) ((latencies.length - 1) * share)] / 1e6;
    }

    double cpuMillisPerOrder() {
        return cpuNanos / 1e6 / Math.max(1, orders());
    }
}
