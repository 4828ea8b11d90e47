package org.bactrian.camel;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.bactrian.saga.Failure;
import org.bactrian.saga.SagaId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sagas that this process drives; a parked one stays, for an operator's word to find it, an ended one does not. */
final class LiveSagas {
    private static final Logger LOG = LoggerFactory.getLogger(LiveSagas.class);

    private final Map<SagaId, SagaCoordinator> byId = new ConcurrentHashMap<>();
    private final Services services;
    private final AtomicInteger term = new AtomicInteger();
    private volatile boolean closed;

    LiveSagas(Services services) {
        this.services = services;
    }

    /** Rises whenever all sagas are lost: what was entered in an earlier term may be another's by now. */
    int term() {
        return term.get();
    }

    /**
     * Returns it released if its term is over: then others may drive it.
     *
     * @param entered the term in which it became this process's
     * @param described for the log
     */
    SagaCoordinator add(SagaCoordinator coordinator, int entered, String described) {
        Instant start = services.clock().instant();
        SagaId id = coordinator.id();
        if (byId.putIfAbsent(id, coordinator) != null) {
            throw new IllegalStateException("saga %s is driven here already".formatted(id));
        }
        services.watch(
                coordinator.gone().thenAccept(status -> {
                    byId.remove(id, coordinator);
                    if (status.isEnd()) {
                        logEnd(
                                coordinator,
                                described,
                                Duration.between(start, services.clock().instant()));
                    }
                }),
                id);
        if (closed || entered != term.get()) {
            coordinator.release();
        }
        return coordinator;
    }

    Optional<SagaCoordinator> get(SagaId id) {
        return Optional.ofNullable(byId.get(id));
    }

    int size() {
        return byId.size();
    }

    /** Another process has them now; exchanges that wait end at once, nothing more is recorded. */
    void lose() {
        term.incrementAndGet();
        List.copyOf(byId.values()).forEach(SagaCoordinator::release);
    }

    /** As {@link #lose}, and so with every saga that is added later. */
    void close() {
        closed = true;
        lose();
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
