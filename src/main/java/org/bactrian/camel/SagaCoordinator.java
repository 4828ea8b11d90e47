package org.bactrian.camel;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.camel.Exchange;
import org.apache.camel.saga.CamelSagaCoordinator;
import org.apache.camel.saga.CamelSagaStep;
import org.bactrian.saga.Call;
import org.bactrian.saga.Content;
import org.bactrian.saga.Failure;
import org.bactrian.saga.Folded;
import org.bactrian.saga.LoggedSignal;
import org.bactrian.saga.SagaDriver;
import org.bactrian.saga.SagaEnded;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaRecord;
import org.bactrian.saga.SagaReleased;
import org.bactrian.saga.SagaStatus;
import org.bactrian.saga.Surroundings.Alarm;
import org.jspecify.annotations.Nullable;

/** One live saga as Camel knows it: what happens to it on exchanges. Futures complete on the step pool. */
final class SagaCoordinator implements CamelSagaCoordinator {
    private final SagaId id;
    private final Services services;
    private final Place place;
    private final boolean takenOver;
    private final DrivenSaga driven;
    private final AtomicBoolean limited;

    /**
     * @param place is left when the saga has settled
     * @param pipeline sends a payload into the saga's pipeline
     */
    SagaCoordinator(
            SagaId id, Folded folded, Services services, Place place, BiConsumer<SagaCoordinator, Content> pipeline) {
        this.id = id;
        this.services = services;
        this.place = place;
        this.takenOver = folded.takenOver();
        this.limited = new AtomicBoolean(takenOver); // by the log's limit, or none
        this.driven = new DrivenSaga(id, folded, services, place, payload -> pipeline.accept(this, payload));
    }

    SagaId id() {
        return id;
    }

    @Override
    public String getId() {
        return services.settings().lraId(id);
    }

    /** To be told what the steps of the saga's own run do. */
    Place place() {
        return place;
    }

    /**
     * The exchange waits from now on, and gives the saga's place to others if it is a step of its own run. Callbacks and joined
     * participants are not: the saga is held to be at work.
     *
     * @return to be run when it goes on
     */
    Runnable rest(Exchange exchange) {
        String step = exchange.getProperty(Properties.LAST_STEP, String.class);
        if (step == null || exchange.getProperty(Properties.RUN) != this) {
            return () -> {};
        }
        place.waits(step);
        return () -> place.goesOn(step);
    }

    /** What the log says; what the driver knows is ahead of it while a record is being written. */
    SagaStatus recorded() {
        return driven.recorded();
    }

    /** Completes with the recorded status in which the saga ended, was parked or released. */
    CompletableFuture<SagaStatus> settled() {
        return driven.settled();
    }

    /** As {@link #settled}, but not as long as it is parked: an operator's word may come. */
    CompletableFuture<SagaStatus> gone() {
        return driven.gone();
    }

    boolean isReleased() {
        return ask(SagaDriver::isReleased);
    }

    /** Tells the driver something, or asks it, when it is told nothing else. */
    <T> T ask(Function<SagaDriver, T> question) {
        return driven.ask(question);
    }

    /** The signal of this name, now or later; shared by all who ask, so never cancel it. */
    CompletableFuture<LoggedSignal> signal(String name) {
        Signals signals = driven.signals();
        CompletableFuture<LoggedSignal> signal = signals.get(name);
        if (!signal.isDone() && signals.mustBeRead()) {
            services.pool().execute(() -> services.readSignals(this, signals, 1));
            if (takenOver) {
                services.watch(services.log().progressed(id), id);
            }
        }
        return signal;
    }

    /** It is on disk; may be told twice. */
    void signalled(LoggedSignal signal) {
        driven.signalled(signal);
    }

    /**
     * Of the step that {@link StepRecorder} or {@link RouteRecorder} announced on the exchange; for the root, sets the saga's time
     * limit.
     */
    @Override
    public CompletableFuture<Void> beginStep(Exchange exchange, CamelSagaStep step) {
        if (Properties.isDroppedRun(exchange, id, this)) {
            return CompletableFuture.failedFuture(new SagaReleased(id)); // it stays announced: it has not begun
        }
        String name = Properties.take(exchange, Properties.BEGINNING);
        boolean root = Properties.takeRoot(exchange, this);
        if (name == null || root) {
            step.getTimeoutInMilliseconds().map(Duration::ofMillis).ifPresent(this::limit);
        }
        if (name == null) {
            return CompletableFuture.completedFuture(null);
        }
        Duration limit = services.settings().stepLimit();
        boolean joined = exchange.getProperty(Properties.RUN) != this;
        if (root) {
            Callbacks.identify(exchange.getMessage(), services.settings(), id, name, Call.ACTION);
        }
        return driven.decided(driver -> {
            if (root) {
                driver.actions().beginRoot(name, StepPlans.ofRoot(exchange, step, limit));
            } else {
                driver.actions().begin(name, StepPlans.of(exchange, step, limit, joined));
            }
            return () -> exchange.setProperty(
                    Properties.DEADLINE, ask(asked -> asked.actions().start(name)));
        });
    }

    /** As {@link DrivenSaga#hold}. */
    CompletableFuture<Boolean> hold(String step, String route) {
        return driven.hold(step, route);
    }

    /** Steps that waited and are not paused any more go on. */
    void endHolds() {
        driven.endHolds();
    }

    /** What the saga's route declares; the first limit that is set counts. */
    private void limit(Duration limit) {
        if (!limited.getAndSet(true)) {
            String reason = "its time limit of %,d ms is over".formatted(limit.toMillis());
            driven.tell(driver -> driver.limit(new Alarm.TimeLimit(limit, reason)));
        }
    }

    /** As {@link Actions#mayAskAgain}; completes on the pool after the pause. */
    CompletableFuture<Boolean> mayAskAgain(SagaRecord.Failed failed, int attempt, Duration wish) {
        return driven.mayAskAgain(failed, attempt, wish);
    }

    /** The outcome of a step's action; of no effect if the step was never begun. */
    CompletableFuture<Void> outcome(SagaRecord.OfStep outcome) {
        return driven.onDisk(driver -> driver.actions().outcome(outcome));
    }

    @Override
    public CompletableFuture<Void> complete(Exchange exchange) {
        return driven.decided(driver -> {
            Optional<SagaEnded> refusal = driver.complete();
            return () -> refusal.ifPresent(ended -> {
                throw ended;
            });
        });
    }

    @Override
    public CompletableFuture<Void> compensate(Exchange exchange) {
        Optional<Failure> thrown = Optional.ofNullable(exchange.getException()).map(Outcomes::failure);
        return driven.onDisk(driver -> driver.compensate(thrown));
    }

    /** As {@link Actions#rootEnded}; completes once that is on disk. */
    CompletableFuture<Void> rootEnded(@Nullable Exception thrown) {
        Optional<Failure> failure = Optional.ofNullable(thrown).map(Outcomes::failure);
        return driven.onDisk(driver -> driver.actions().rootEnded(failure));
    }

    /** As {@link SagaDriver#abort}; completes once that is on disk. */
    CompletableFuture<Void> abort(Failure why) {
        return driven.onDisk(driver -> driver.abort(why));
    }

    /** Nothing is done any more until an operator acts; completes once that is on disk. */
    CompletableFuture<Void> park(String reason) {
        return driven.onDisk(driver -> driver.park(reason));
    }

    /** As {@link #release}, because another process drives it now: what is still to be recorded is counted. */
    void lose() {
        driven.lose();
    }

    /** Gives the saga up: whoever waits gets {@link SagaReleased}, nothing is recorded from now on. */
    void release() {
        driven.tell(SagaDriver::release);
    }
}
