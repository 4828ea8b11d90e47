package org.bactrian.camel;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.bactrian.log.SagaLog;
import org.bactrian.saga.Folded;
import org.bactrian.saga.SagaDriver;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaReleased;
import org.bactrian.saga.Surroundings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * What every coordinator needs.
 *
 * @param places of the sagas that run here
 * @param pool the step pool: runs steps, callbacks and what follows on the log's futures
 * @param databaseClock what times in the log are compared with
 */
record Services(
        SagaSettings settings,
        SagaLog log,
        Places places,
        Callbacks callbacks,
        Executor pool,
        InstantSource clock,
        InstantSource databaseClock,
        RandomGenerator random) {

    private static final Logger LOG = LoggerFactory.getLogger(Services.class);
    private static final Duration UNTIL_THERE_IS_ROOM = Duration.ofMillis(100);

    /** For work that nobody waits for: an error in it is logged, except that the saga was released. */
    void watch(CompletableFuture<?> work, SagaId saga) {
        var unused = work.exceptionally(error -> {
            if (!(Outcomes.unwrap(error) instanceof SagaReleased)) {
                LOG.error("saga {} cannot go on", saga, Outcomes.unwrap(error));
            }
            return null;
        });
    }

    /** Of a saga in that state, which is this process's. */
    SagaDriver driver(Folded folded, Surroundings surroundings) {
        return new SagaDriver(
                folded, surroundings, settings.callbackPause(), databaseClock.instant(), System::nanoTime, random);
    }

    /** Tells the saga those that are recorded; on the pool. Tries again until they can be read or nobody waits any more. */
    void readSignals(SagaCoordinator saga, Signals into, int attempt) {
        if (into.isClosed()) {
            return;
        }
        try {
            log.signals(saga.id()).forEach(saga::signalled);
        } catch (DataAccessException e) {
            Duration pause = settings.callbackPause().after(attempt, random);
            LOG.warn("signals of saga {} cannot be read, trying again in {}: {}", saga.id(), pause, e.getMessage());
            watch(pause(pause).thenRun(() -> readSignals(saga, into, attempt + 1)), saga.id());
        }
    }

    /**
     * Has the saga, which was dropped here, go on from what is recorded of it: only after all that was recorded is on disk,
     * for the log is what it goes on from.
     */
    void driveAnew(SagaId saga) {
        watch(
                log.progressed(saga).thenRun(() -> log.handOver(saga)).exceptionallyCompose(error -> {
                    if (Outcomes.unwrap(error) instanceof RejectedExecutionException) {
                        return pause(UNTIL_THERE_IS_ROOM).thenRun(() -> driveAnew(saga));
                    }
                    return CompletableFuture.failedFuture(error);
                }),
                saga);
    }

    /** Completes on the pool once the time is over. */
    CompletableFuture<Void> pause(Duration time) {
        return CompletableFuture.runAsync(
                () -> {}, CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS, pool));
    }
}
