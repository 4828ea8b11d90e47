package org.bactrian.saga;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.bactrian.saga.Failure.Kind;
import org.jspecify.annotations.Nullable;

/**
 * The actions of one saga's steps: which are to run, which were done before, when one is asked again, and how each ended. Not
 * thread-safe; the saga's driver is told one thing at a time.
 */
public final class Actions {
    private final Saga saga;
    private final Journal journal;
    private final RetryPause pauses;
    private final RandomGenerator random;
    private final Flights flights;
    private final Replay replay;
    private final Holds holds;
    private @Nullable String root;

    Actions(
            SagaDriver driver,
            Folded folded,
            Surroundings surroundings,
            Journal journal,
            RetryPause pauses,
            Instant databaseNow,
            LongSupplier nanos,
            RandomGenerator random) {
        this.saga = folded.saga();
        this.journal = journal;
        this.pauses = pauses;
        this.random = random;
        this.flights = new Flights(nanos);
        this.replay = new Replay(saga, folded.payload().isPresent());
        this.holds = new Holds(driver, saga, surroundings, journal, flights);
        folded.open().forEach((step, end) -> flights.beganElsewhere(step, Duration.between(databaseNow, end)));
    }

    /** As {@link Replay#astray}. */
    Optional<String> astray() {
        return replay.astray();
    }

    boolean areOver() {
        return flights.areOver();
    }

    /** As {@link Flights#longest}. */
    Optional<Duration> longest() {
        return flights.longest();
    }

    /** Which of the run's steps wait because they are paused. */
    public Holds holds() {
        return holds;
    }

    /** What is recorded of a step that the run has come to; empty if it is to be run. */
    public Optional<SagaRecord.OfStep> reach(String step) {
        return replay.reach(step);
    }

    /**
     * The step's action is to run once that is on disk: then {@link #start}.
     *
     * @throws SagaEnded if no step can begin any more
     * @throws SagaReleased if this process does not drive the saga any more
     */
    public void begin(String name, StepPlan plan) {
        requireRunning(name);
        journal.requireOpen();
        journal.append(saga.step(name)
                .<SagaRecord>map(step -> new SagaRecord.Attempt(name, flights.lastError(step)))
                .orElseGet(() -> new SagaRecord.Begun(name, plan)));
        flights.begin(name, plan.limit());
    }

    /** As {@link #begin}, of the route that begins the saga: its outcome is {@link #rootEnded}. */
    public void beginRoot(String name, StepPlan plan) {
        begin(name, plan);
        root = name;
    }

    /**
     * The begin of the step is on disk: its action runs from now on.
     *
     * @return when its limit is over, on the clock
     * @throws SagaEnded if no step can begin any more: then it must not run
     */
    public long start(String step) {
        requireRunning(step);
        return flights.start(step);
    }

    private void requireRunning(String step) {
        saga.requireRunning(step);
    }

    /**
     * The outcome of the route that began the saga as its first step; of no effect if it is known, or there is no such step.
     *
     * @param failure empty if it has ended well
     */
    public void rootEnded(Optional<Failure> failure) {
        String step = root;
        root = null;
        if (step != null && journal.isOpen()) {
            outcome(failure.<SagaRecord.OfStep>map(why -> new SagaRecord.Failed(step, why))
                    .orElseGet(() -> new SagaRecord.Succeeded(step, Content.EMPTY)));
        }
    }

    /**
     * After what pause an action that failed so is to be asked again; empty if it is not: it got an answer, the saga is
     * not STARTED any more, or the step's limit would be over. Until it is asked again it stays in flight.
     *
     * @param attempt the number of the attempt that failed, from 1
     * @param wish the shortest pause that the participant asks for
     */
    public Optional<Duration> mayAskAgain(SagaRecord.Failed failed, int attempt, Duration wish) {
        Failure failure = failed.failure();
        if (failure.kind() != Kind.UNKNOWN || !journal.isOpen() || saga.status() != SagaStatus.STARTED) {
            return Optional.empty();
        }
        return flights.pause(failed.step(), pauses.after(attempt, random), pauses.first(), wish, failure.reason());
    }

    /**
     * The outcome of a step's action.
     *
     * @return false if the step was never begun, and nothing is recorded
     */
    public boolean outcome(SagaRecord.OfStep outcome) {
        if (!flights.has(outcome.step())) {
            return false;
        }
        journal.append(outcome);
        flights.end(outcome.step()); // not only when it is on disk: by then another attempt may have begun
        holds.proceed();
        return true;
    }

    /** The begin of a step that joined in another process is on disk: its action may run from now on. */
    void joinedIsBegun(String step) {
        if (flights.has(step)) {
            flights.start(step);
        }
    }

    /** A begin or an outcome of a step that joined in another process; of no effect if it is late or recorded already. */
    public void joined(SagaRecord.OfStep record) {
        if (!journal.isOpen() || !saga.takesJoined(record)) {
            return;
        }
        if (record instanceof SagaRecord.Begun begun) {
            flights.begin(begun.step(), begun.plan().limit());
        }
        journal.append(record);
        if (!(record instanceof SagaRecord.Begun)) {
            flights.end(record.step());
            holds.proceed();
        }
    }
}
