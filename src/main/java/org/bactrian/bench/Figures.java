package org.bactrian.bench;

/**
 * One line of the report.
 *
 * @param system as {@link SagaSystem#name}
 * @param whole whether every order of it is all done or all undone, as it must be
 */
record Figures(
        int clients,
        String system,
        double sagasPerSecond,
        double p50Millis,
        double p95Millis,
        double p99Millis,
        double cpuMillisPerSaga,
        double walFlushesPerSaga,
        boolean whole) {

    static Figures of(int clients, String system, Slice slice, double walFlushes, boolean whole) {
        return new Figures(
                clients,
                system,
                rounded(slice.perSecond()),
                rounded(slice.millis(0.5)),
                rounded(slice.millis(0.95)),
                rounded(slice.millis(0.99)),
                rounded(slice.cpuMillisPerOrder()),
                rounded(walFlushes / Math.max(1, slice.orders())),
                whole);
    }

    /** What is printed is not more exact than it was measured. */
    static double rounded(double value) {
        return Math.round(value * 1_000) / 1_000.0;
    }
}
