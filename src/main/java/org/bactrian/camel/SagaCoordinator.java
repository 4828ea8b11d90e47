package org.bactrian.camel;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.camel.Exchange;
import org.apache.camel.saga.CamelSagaCoordinator;
import org.apache.camel.saga.CamelSagaStep;
import org.bactrian.camel.Flights.Flight;
import org.bactrian.log.LoggedSignal;
import org.bactrian.saga.Failure;
import org.bactrian.saga.Failure.Kind;
import org.bactrian.saga.RetryPause;
import org.bactrian.saga.Saga;
import org.bactrian.saga.SagaEnded;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaRecord;
import org.bactrian.saga.SagaReleased;
import org.bactrian.saga.SagaStatus;
import org.bactrian.saga.StepPlan;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives one live saga: everything that happens to it is decided here under one lock, recorded, and only then acted
 * upon. Futures complete on the step pool.
 */
final class SagaCoordinator implements CamelSagaCoordinator {
    private static final Logger LOG = LoggerFactory.getLogger(SagaCoordinator.class);

    private final SagaId id;
    private final Services services;
    private final Signals signals = new Signals();
    private final CompletableFuture<SagaStatus> settled = new CompletableFuture<>();
    private final Object lock = new Object();
    private final Saga saga;
    private final Flights flights = new Flights();
    private final Replay replay;
    private final boolean takenOver;
    private final TimeLimit timeLimit;
    private int nextSeq;
    private boolean released;
    private volatile SagaStatus recorded;

    SagaCoordinator(SagaId id, Folded folded, Services services) {
        this.id = id;
        this.services = services;
        this.saga = folded.saga();
        this.nextSeq = folded.nextSeq();
        this.recorded = saga.status();
        this.takenOver = folded.takenOver();
        this.timeLimit = new TimeLimit(this, services, takenOver);
        this.replay = new Replay(saga);
        Instant now = services.databaseClock().instant();
        folded.open().forEach((step, end) -> flights.beganElsewhere(step, Duration.between(now, end)));
    }

    SagaId id() {
        return id;
    }

    @Override
    public String getId() {
        return services.settings().lraId(id);
    }

    Signals signals() {
        return signals;
    }

    TimeLimit timeLimit() {
        return timeLimit;
    }

    SagaStatus status() {
        synchronized (lock) {
            return saga.status();
        }
    }

    /** What the log says; {@link #status()} is ahead of it while a record is being written. */
    SagaStatus recorded() {
        return recorded;
    }

    /** Completes with the recorded status in which the saga ended, was parked or released. */
    CompletableFuture<SagaStatus> settled() {
        return settled;
    }

    boolean isReleased() {
        synchronized (lock) {
            return released;
        }
    }

    /** The signal of this name, now or later; shared by all who ask, so never cancel it. */
    CompletableFuture<LoggedSignal> signal(String name) {
        CompletableFuture<LoggedSignal> signal = signals.get(name);
        if (!signal.isDone() && signals.mustBeRead()) {
            services.pool().execute(() -> services.readSignals(id, signals, 1));
            if (takenOver) {
                services.watch(services.log().progressed(id), id);
            }
        }
        return signal;
    }

    /** As {@link Replay#reach}. */
    Optional<SagaRecord.OfStep> reach(String step) {
        synchronized (lock) {
            return replay.reach(step);
        }
    }

    /** Of the step that {@link StepRecorder} announced on the exchange; for the root, sets the saga's time limit. */
    @Override
    public CompletableFuture<Void> beginStep(Exchange exchange, CamelSagaStep step) {
        String name = Properties.take(exchange, Properties.BEGINNING);
        if (name == null) {
            step.getTimeoutInMilliseconds().map(Duration::ofMillis).ifPresent(timeLimit::declared);
            return CompletableFuture.completedFuture(null);
        }
        try {
            boolean joined = exchange.getProperty(Properties.RUN) != this;
            StepPlan plan = StepPlans.of(exchange, step, services.settings().stepLimit(), joined);
            return Outcomes.plain(begin(name, plan, exchange).thenRun(() -> requireRunning(name)));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /**
     * Whether an action that failed so may be asked again: if it got no answer, the saga is STARTED and the step's limit
     * not over. Completes on the pool after the pause, in which the step stays in flight.
     *
     * @param attempt the number of the attempt that failed, from 1
     * @param wish the shortest pause that the participant asks for
     */
    CompletableFuture<Boolean> mayAskAgain(SagaRecord.Failed failed, int attempt, Duration wish) {
        synchronized (lock) {
            Optional<Flight> flight = flights.of(failed.step());
            Failure failure = failed.failure();
            if (flight.isEmpty() || failure.kind() != Kind.UNKNOWN || released || saga.status() != SagaStatus.STARTED) {
                return CompletableFuture.completedFuture(false);
            }
            RetryPause pauses = services.settings().callbackPause();
            Duration usual = pauses.after(attempt, services.random());
            return flight.get()
                    .pause(usual, pauses.first(), wish, failure.reason())
                    .thenApplyAsync(over -> over, services.pool());
        }
    }

    /** The outcome of a step's action; of no effect if the step was never begun. */
    CompletableFuture<Void> outcome(SagaRecord.OfStep outcome) {
        Optional<Flight> flight;
        CompletableFuture<Void> written;
        synchronized (lock) {
            flight = flights.of(outcome.step());
            if (flight.isEmpty()) {
                return CompletableFuture.completedFuture(null);
            }
            written = append(outcome);
            flights.remove(outcome.step());
        }
        flight.get().end();
        return written;
    }

    /** Granted only if every own step has succeeded, whatever the route made of an exception. */
    @Override
    public CompletableFuture<Void> complete(Exchange exchange) {
        synchronized (lock) {
            Optional<String> astray = replay.astray();
            if (astray.isPresent()) {
                return Outcomes.plain(park(astray.get()).thenRun(() -> {
                    throw parked();
                }));
            }
            Optional<Failure> obstacle = saga.obstacle();
            if (saga.status() == SagaStatus.STARTED && obstacle.isPresent()) {
                return Outcomes.plain(abort(obstacle.get()).thenRun(() -> {
                    throw new SagaEnded("saga %s was aborted: %s".formatted(id, obstacle.get()));
                }));
            }
            if (saga.status() != SagaStatus.STARTED) {
                return CompletableFuture.failedFuture(
                        new SagaEnded("saga %s cannot complete: it is %s".formatted(id, saga.status())));
            }
            boolean direct = saga.toComplete().isEmpty();
            return Outcomes.plain(append(direct ? new SagaRecord.Completed() : new SagaRecord.Completing())
                    .thenRun(this::finish));
        }
    }

    /** Aborts with the failure of the first step that failed, else with the exchange's. */
    @Override
    public CompletableFuture<Void> compensate(Exchange exchange) {
        Exception thrown = exchange.getException();
        synchronized (lock) {
            Optional<String> astray = replay.astray();
            if (astray.isPresent()) {
                return Outcomes.plain(park(astray.get()));
            }
            return Outcomes.plain(abort(saga.obstacle()
                    .orElseGet(() -> thrown == null
                            ? new Failure(Kind.CANCELLED, "the route asked for compensation")
                            : Outcomes.failure(thrown))));
        }
    }

    /** Completes once ABORTING is durable; of no effect from COMPLETING or ABORTING on, and on a parked saga. */
    CompletableFuture<Void> abort(Failure why) {
        synchronized (lock) {
            if (saga.status() != SagaStatus.STARTED || saga.parked().isPresent()) {
                return CompletableFuture.completedFuture(null);
            }
            CompletableFuture<Void> aborting = append(new SagaRecord.Aborting(why));
            flights.endPauses();
            return aborting.thenRun(this::finish);
        }
    }

    /** Calls what is left to be called of a saga that is COMPLETING or ABORTING; what is undone must not be in flight. */
    void finish() {
        CompletableFuture<Void> ready =
                status() == SagaStatus.ABORTING ? actionsEnded() : CompletableFuture.completedFuture(null);
        services.watch(ready.thenRunAsync(() -> new Finaliser(this, services).finish(), services.pool()), id);
    }

    /** Nothing is done any more until an operator acts; completes when that is durable. */
    CompletableFuture<Void> park(String reason) {
        LOG.error("saga {} ({}) is parked: {}", id, status(), reason);
        return append(new SagaRecord.Parked(reason)).thenRun(() -> settle(parked()));
    }

    /** It was parked before; whoever waits for it is told. */
    void stayParked() {
        settle(parked());
    }

    private SagaEnded parked() {
        return new SagaEnded("saga %s (%s) is parked".formatted(id, status()));
    }

    /** Gives the saga up: whoever waits gets {@link SagaReleased}, nothing is recorded from now on. */
    void release() {
        synchronized (lock) {
            released = true;
            flights.endPauses();
        }
        settle(new SagaReleased(id));
    }

    /** Nobody drives the saga here any more: ends every wait for it. */
    void settle(RuntimeException why) {
        signals.close(why);
        settled.complete(recorded);
    }

    CompletableFuture<Void> append(SagaRecord record) {
        synchronized (lock) {
            if (released) {
                return CompletableFuture.failedFuture(new SagaReleased(id));
            }
            saga.apply(record);
            CompletableFuture<Void> written = services.log().append(id, nextSeq++, record);
            SagaStatus status = saga.status();
            return record instanceof SagaRecord.OfStep ? written : written.thenRun(() -> recorded = status);
        }
    }

    <T> T ask(Function<Saga, T> question) {
        synchronized (lock) {
            return question.apply(saga);
        }
    }

    private CompletableFuture<Void> begin(String name, StepPlan plan, Exchange exchange) {
        synchronized (lock) {
            saga.requireRunning(name);
            CompletableFuture<Void> begun = append(saga.step(name)
                    .<SagaRecord>map(step -> new SagaRecord.Attempt(name, flights.lastError(step)))
                    .orElseGet(() -> new SagaRecord.Begun(name, plan)));
            exchange.setProperty(
                    Properties.DEADLINE, flights.begin(name, plan.limit()).deadline());
            return begun;
        }
    }

    private void requireRunning(String step) {
        synchronized (lock) {
            saga.requireRunning(step);
        }
    }

    private CompletableFuture<Void> actionsEnded() {
        synchronized (lock) {
            return flights.ended();
        }
    }
}
