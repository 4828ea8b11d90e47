package org.bactrian.camel;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import org.bactrian.log.NewSaga;
import org.bactrian.log.SagaLog;
import org.bactrian.log.Submitted;
import org.bactrian.saga.Content;
import org.bactrian.saga.Folded;
import org.bactrian.saga.SagaId;

/** Decides of a new saga whether it runs now, waits in the log until there is room, or is refused. */
final class Admission {
    /** Running sagas ask the database, too: those that are refused must not keep it from them. */
    private static final int SEARCHES = 2;

    /** Who submits. */
    enum Source {
        /** Can come again later. */
        CLIENT,
        /** Stops by itself, or is a running saga: it is never refused. */
        PACED,
        /** A running saga that waits for the end of what it submits: to let that wait for room might be to wait for ever. */
        WAITING_SAGA
    }

    private final Services services;
    private final LiveSagas live;
    private final Declared declared;
    private final SagaLog log;
    private final SagaLimits limits;
    private final Semaphore searches = new Semaphore(SEARCHES);
    private final LongAdder refused = new LongAdder();

    Admission(Services services, LiveSagas live, Declared declared) {
        this.services = services;
        this.live = live;
        this.declared = declared;
        this.log = services.log();
        this.limits = services.settings().limits();
    }

    /**
     * Whether a source that keeps what it has is to go on: no more of it is to be in the log than keeps this process busy, and
     * what pauses hold leaves room for those that would be refused.
     */
    boolean isOpen() {
        return log.ready() < limits.running() && log.waiting() < (limits.waiting() + 1) / 2;
    }

    /** How many were refused. */
    long refused() {
        return refused.sum();
    }

    /**
     * Enters a saga, or finds the one that has its key. Completes on the step pool; fails with {@link NoRoom} if it is a new one
     * and too many wait. What no pipeline began cannot wait, and runs in any case.
     *
     * @param described for the log
     */
    CompletableFuture<Entered> submit(NewSaga saga, String described, Source source) {
        Optional<Place> place = place(saga, source);
        if (place.isPresent()) {
            return run(saga, described, place.get());
        }
        if (source == Source.CLIENT && log.waiting() >= limits.waiting()) {
            return knownOrRefused(saga);
        }
        return log.enqueue(saga).thenApply(submitted -> {
            if (services.places().areWorthACall() && !isHeld(saga)) {
                log.fill();
            }
            SagaId id = submitted.id(); // a new one is run by whoever claims it, which may have happened here by now
            return new Entered(submitted, submitted.isNew() ? Optional.empty() : live.get(id));
        });
    }

    private CompletableFuture<Entered> run(NewSaga saga, String described, Place place) {
        int term = live.term();
        try {
            return log.submit(saga)
                    .thenApply(submitted -> entered(submitted, place, term, described, saga.submission() != null))
                    .whenComplete((entered, error) -> {
                        if (error != null || !entered.submitted().isNew()) {
                            place.leave();
                        }
                    });
        } catch (RuntimeException e) {
            place.leave();
            throw e;
        }
    }

    /** Empty if the saga is to wait: first come, first served. */
    private Optional<Place> place(NewSaga saga, Source source) {
        Places places = services.places();
        if (saga.submission() == null) {
            return Optional.of(declared.isManual(saga.pipeline()) ? Place.none(places) : Place.take(places));
        }
        if (isHeld(saga)) {
            return Optional.empty();
        }
        if (source == Source.WAITING_SAGA) {
            return Optional.of(Place.take(places));
        }
        boolean room = !live.isSetAside() && live.size() < limits.live() && !log.areLeft() && places.tryTake();
        return room ? Optional.of(Place.taken(places)) : Optional.empty();
    }

    private boolean isHeld(NewSaga saga) {
        return log.pauses().holdsPipeline(saga.pipeline());
    }

    /** A fence in between leaves open whose it is: the log knows, and hands it over if it is this process's. */
    private Entered entered(Submitted submitted, Place place, int term, String described, boolean canBeRepeated) {
        SagaId id = submitted.id();
        if (!submitted.isNew()) {
            return new Entered(submitted, live.get(id));
        }
        var fresh = new SagaCoordinator(id, Folded.fresh(id), services, place, Admission::notRunHere);
        SagaCoordinator saga = live.add(fresh, term, described, canBeRepeated);
        if (saga.isReleased()) {
            log.handOver(id);
            return new Entered(submitted, Optional.empty());
        }
        return new Entered(submitted, Optional.of(saga));
    }

    /** A new saga is run by whoever entered it. */
    private static void notRunHere(SagaCoordinator saga, Content payload) {
        throw new IllegalStateException("saga %s is new: there is nothing to go on with".formatted(saga.id()));
    }

    private CompletableFuture<Entered> knownOrRefused(NewSaga saga) {
        if (!searches.tryAcquire()) {
            refused.increment();
            return CompletableFuture.failedFuture(new NoRoom(log.waiting()));
        }
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        Submitted known = log.find(saga).orElseThrow(() -> {
                            refused.increment();
                            return new NoRoom(log.waiting());
                        });
                        return new Entered(known, live.get(known.id()));
                    } finally {
                        searches.release();
                    }
                },
                services.pool());
    }
}
