package org.bactrian.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;

/** Clients in a closed loop: each asks for the next order as soon as its last one has ended. */
final class Clients {
    private final AtomicLong orders = new AtomicLong(1);
    private final LongSupplier cpuNanos;

    /** @param cpuNanos what has been used so far */
    Clients(LongSupplier cpuNanos) {
        this.cpuNanos = cpuNanos;
    }

    /** What is one order's work; returns when it has ended. */
    interface Work {
        void run(long order) throws Exception;
    }

    /**
     * Returns when the time is over and every order that was begun has ended.
     *
     * @throws ExecutionException if one failed
     */
    Slice run(Work work, int clients, Duration time) throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            long first = orders.get();
            long cpu = cpuNanos.getAsLong();
            long start = System.nanoTime();
            Callable<LongStream> client = () -> client(work, start + time.toNanos());
            List<Future<LongStream>> ends = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                ends.add(threads.submit(client));
            }
            LongStream latencies = LongStream.empty();
            for (Future<LongStream> end : ends) {
                latencies = LongStream.concat(latencies, end.get());
            }
            long nanos = System.nanoTime() - start;
            return new Slice(first, orders.get(), nanos, latencies.sorted().toArray(), cpuNanos.getAsLong() - cpu);
        } finally {
            threads.shutdownNow();
        }
    }

    private LongStream client(Work work, long end) throws Exception {
        LongStream.Builder latencies = LongStream.builder();
        long begin = System.nanoTime();
        while (begin < end) {
            work.run(orders.getAndIncrement());
            long now = System.nanoTime();
            latencies.add(now - begin);
            begin = now;
        }
        return latencies.build();
    }
}
