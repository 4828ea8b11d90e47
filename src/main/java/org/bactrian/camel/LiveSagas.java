package org.bactrian.camel;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.bactrian.saga.Failure;
import org.bactrian.saga.SagaId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sagas that this process drives; a parked one stays, for an operator's word to find it, an ended one does not. */
final class LiveSagas {
    private static final Logger LOG = LoggerFactory.getLogger(LiveSagas.class);

    private final Map<SagaId, SagaCoordinator> byId = new ConcurrentHashMap<>();
    private final Set<SagaId> repeatable = ConcurrentHashMap.newKeySet();
    private final Object interlude = new Object();
    private final Services services;
    private final AtomicInteger term = new AtomicInteger();
    private volatile boolean closed;
    private volatile boolean setAside;

    LiveSagas(Services services) {
        this.services = services;
    }

    /** Rises whenever all sagas are lost: what was entered in an earlier term may be another's by now. */
    int term() {
        return term.get();
    }

    /**
     * Returns it released if its term is over: then others may drive it; and if it is set aside: then it is to be handed
     * over again.
     *
     * @param entered the term in which it became this process's
     * @param described for the log
     * @param canBeRepeated whether its run can go on in another exchange, as a pipeline's can
     */
    SagaCoordinator add(SagaCoordinator coordinator, int entered, String described, boolean canBeRepeated) {
        Instant start = services.clock().instant();
        SagaId id = coordinator.id();
        boolean waits = put(coordinator, canBeRepeated);
        services.watch(
                coordinator.gone().thenAccept(status -> {
                    remove(id, coordinator);
                    if (status.isEnd()) {
                        logEnd(
                                coordinator,
                                described,
                                Duration.between(start, services.clock().instant()));
                    }
                }),
                id);
        if (waits || closed || entered != term.get()) {
            coordinator.release();
        }
        return coordinator;
    }

    private boolean put(SagaCoordinator coordinator, boolean canBeRepeated) {
        synchronized (interlude) {
            if (byId.putIfAbsent(coordinator.id(), coordinator) != null) {
                throw new IllegalStateException("saga %s is driven here already".formatted(coordinator.id()));
            }
            if (canBeRepeated) {
                repeatable.add(coordinator.id());
            }
            return canBeRepeated && setAside;
        }
    }

    private void remove(SagaId id, SagaCoordinator coordinator) {
        synchronized (interlude) {
            if (byId.remove(id, coordinator)) {
                repeatable.remove(id);
            }
        }
    }

    /**
     * Drops those that can be repeated, and until {@link #takeUp} every such one that is added. Not the parked ones: they have
     * no run. A saga that no pipeline began could only be aborted, so it is left to its exchange.
     *
     * @return those that were dropped, to be handed over again
     */
    List<SagaId> setAside() {
        List<SagaCoordinator> dropped;
        synchronized (interlude) {
            setAside = true;
            dropped = byId.values().stream()
                    .filter(saga -> repeatable.contains(saga.id()))
                    .filter(saga -> !saga.settled().isDone())
                    .toList();
        }
        dropped.forEach(SagaCoordinator::release);
        return dropped.stream().map(SagaCoordinator::id).toList();
    }

    void takeUp() {
        setAside = false;
    }

    boolean isSetAside() {
        return setAside;
    }

    Optional<SagaCoordinator> get(SagaId id) {
        return Optional.ofNullable(byId.get(id));
    }

    int size() {
        return byId.size();
    }

    /** Steps that waited and are not paused any more go on. */
    void endHolds() {
        byId.values().forEach(SagaCoordinator::endHolds);
    }

    /** Another process has them now; exchanges that wait end at once, nothing more is recorded. */
    void lose() {
        all(SagaCoordinator::lose);
    }

    /** No saga is driven here any more, nor one that is added later. */
    void close() {
        closed = true;
        all(SagaCoordinator::release);
    }

    private void all(Consumer<SagaCoordinator> giveUp) {
        term.incrementAndGet();
        List.copyOf(byId.values()).forEach(giveUp);
    }

    private static void logEnd(SagaCoordinator coordinator, String described, Duration took) {
        String failure = coordinator
                .ask(driver -> driver.saga().failure())
                .map(Failure::toString)
                .orElse("");
        LOG.atInfo()
                .addKeyValue("saga", coordinator.id())
                .addKeyValue("of", described)
                .addKeyValue("outcome", coordinator.recorded())
                .addKeyValue("millis", took.toMillis())
                .addKeyValue("failure", failure)
                .log("saga ended");
    }
}
