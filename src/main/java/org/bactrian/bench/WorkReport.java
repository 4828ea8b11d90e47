package org.bactrian.bench;

import java.util.List;
import java.util.stream.Collectors;

/** What a person is told of turns. */
final class WorkReport {
    static final String HEADING = """
            Four steps, two of them in parallel, each one INSERT; every tenth saga is undone. Ratios are medians over turns.
            clients  system           sagas/s  of limit  of Camel  p50 ms  p95 ms  p99 ms  of limit  CPU ms  flushes  whole""";

    private static final String LINE = "%7d  %-15s %,8.0f  %8.2f  %8.2f  %6.1f  %6.1f  %6.1f  %8.2f  %6.2f  %7.2f  %s";
    private static final String LOG = "%n         its log: %,.0f batches/s with %.1f records each";

    private WorkReport() {}

    /** @param turns of plain JDBC, of Camel in memory, and others */
    static String of(List<Turns> turns) {
        return turns.stream()
                .map(turn -> line(turn, turns.get(0), turns.get(1)))
                .collect(Collectors.joining(System.lineSeparator()));
    }

    private static String line(Turns turn, Turns limit, Turns camel) {
        Figures figures = turn.figures();
        String line = LINE.formatted(
                turn.clients(),
                turn.system(),
                figures.sagasPerSecond(),
                turn.ratio(limit, Slice::perSecond),
                turn.ratio(camel, Slice::perSecond),
                figures.p50Millis(),
                figures.p95Millis(),
                figures.p99Millis(),
                turn.ratio(limit, slice -> slice.millis(0.99)),
                figures.cpuMillisPerSaga(),
                figures.walFlushesPerSaga(),
                figures.whole() ? "yes" : "NO");
        double seconds = turn.all().nanos() / 1e9;
        return line
                + turn.logged()
                        .map(log -> LOG.formatted(
                                log.batches() / seconds, (double) log.records() / Math.max(1, log.batches())))
                        .orElse("");
    }
}
