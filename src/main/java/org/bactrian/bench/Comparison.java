package org.bactrian.bench;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Several systems that do the same work in turns, in short slices one after the other, so that what else the machine does
 * meanwhile meets them all.
 */
final class Comparison {
    private static final Duration SLICE = Duration.ofSeconds(2);
    private static final int WARM_UPS = 3;

    /** Of the time. */
    private static final double LITTLE = 0.1;

    /** A backend tells what it has counted about once a second; the writer is never idle longer than that. */
    private static final long COUNTED_MILLIS = 2_500;

    private static final long POLL_MILLIS = 20;
    private static final int MOST_POLLS = 1_500;

    private final List<SagaSystem> systems;
    private final Clients clients;
    private final Meter meter;
    private final Wholeness wholeness;

    Comparison(List<SagaSystem> systems, Clients clients, Meter meter, Wholeness wholeness) {
        this.systems = systems;
        this.clients = clients;
        this.meter = meter;
        this.wholeness = wholeness;
    }

    /** Until little is compiled any more: before that the figures say more about the compiler than about the systems. */
    void warmUp(int count, Duration each) throws InterruptedException, ExecutionException {
        Duration slice = each.compareTo(SLICE) < 0 ? each : SLICE;
        long end = System.nanoTime()
                + each.multipliedBy(WARM_UPS).multipliedBy(systems.size()).toNanos();
        double compiling;
        do {
            long start = System.nanoTime();
            long compiled = compiledMillis();
            for (SagaSystem system : systems) {
                awaitWhole(system, clients.run(system::run, count, slice));
            }
            compiling = (compiledMillis() - compiled) * 1e6 / (System.nanoTime() - start);
        } while (compiling > LITTLE && System.nanoTime() < end);
    }

    private static long compiledMillis() {
        var compiler = ManagementFactory.getCompilationMXBean();
        return compiler == null || !compiler.isCompilationTimeMonitoringSupported()
                ? 0
                : compiler.getTotalCompilationTime();
    }

    /**
     * One for each system, in their order.
     *
     * @param each how long each system works
     */
    List<Turns> run(int count, Duration each) throws InterruptedException, ExecutionException {
        int rounds = (int) Math.max(1, each.dividedBy(SLICE));
        List<Sum> sums = systems.stream().map(Sum::new).toList();
        pause(COUNTED_MILLIS);
        sums.forEach(sum -> sum.begin(meter));
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < sums.size(); i++) {
                Sum sum = sums.get((i + round) % sums.size()); // nobody always comes after the same
                Slice slice = clients.run(sum.system::run, count, each.dividedBy(rounds));
                sum.slices.add(slice);
                sum.whole &= awaitWhole(sum.system, slice);
            }
        }
        pause(COUNTED_MILLIS);
        return sums.stream().map(sum -> sum.end(count, meter)).toList();
    }

    /** Some tell their clients before all is undone. */
    private boolean awaitWhole(SagaSystem system, Slice slice) throws InterruptedException {
        for (int poll = 0; poll < MOST_POLLS; poll++) {
            if (wholeness.whole(slice.first(), slice.last()) == slice.orders()) {
                return system.ended(slice.first(), slice.last()) == slice.orders();
            }
            pause(POLL_MILLIS);
        }
        return false;
    }

    private static void pause(long millis) throws InterruptedException {
        new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
    }

    private static final class Sum {
        private final SagaSystem system;
        private final List<Slice> slices = new ArrayList<>();
        private boolean whole = true;
        private long flushesBefore;
        private Optional<LogCount> loggedBefore = Optional.empty();

        private Sum(SagaSystem system) {
            this.system = system;
        }

        private void begin(Meter meter) {
            flushesBefore = meter.walFlushes(system.name());
            loggedBefore = system.logged();
        }

        private Turns end(int count, Meter meter) {
            return new Turns(
                    count,
                    system.name(),
                    slices,
                    meter.walFlushes(system.name()) - flushesBefore,
                    system.logged().flatMap(now -> loggedBefore.map(now::since)),
                    whole);
        }
    }
}
