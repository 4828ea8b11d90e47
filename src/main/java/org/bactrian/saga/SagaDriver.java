package org.bactrian.saga;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.bactrian.saga.Failure.Kind;
import org.bactrian.saga.Surroundings.Alarm;
import org.jspecify.annotations.Nullable;

/**
 * Drives one saga of this process: everything that happens to it is decided here, recorded, and acted upon once it is on
 * disk. Not thread-safe: whoever owns it tells it one thing at a time.
 */
public final class SagaDriver {
    private final Saga saga;
    private final Surroundings surroundings;
    private final RetryPause pauses;
    private final RandomGenerator random;
    private final Flights flights;
    private final Replay replay;
    private final Finaliser finaliser;
    private final Map<Integer, SagaRecord> unwritten = new HashMap<>();
    private int nextSeq;
    private SagaStatus recorded;
    private @Nullable String root;
    private Dropped dropped = Dropped.NOT;

    private enum Dropped {
        NOT,
        /** A record was refused for good: what is folded is not what the log has. */
        BROKEN,
        RELEASED
    }

    /**
     * @param databaseNow the time by the clock that the records are stamped with
     * @param nanos a clock that only runs forward
     */
    public SagaDriver(
            Folded folded,
            Surroundings surroundings,
            RetryPause pauses,
            Instant databaseNow,
            LongSupplier nanos,
            RandomGenerator random) {
        this.saga = folded.saga();
        this.surroundings = surroundings;
        this.pauses = pauses;
        this.random = random;
        this.flights = new Flights(nanos);
        this.replay = new Replay(saga, folded.payload().isPresent());
        this.finaliser = new Finaliser(this, saga, surroundings, pauses, random);
        this.nextSeq = folded.nextSeq();
        this.recorded = saga.status();
        folded.open().forEach((step, end) -> flights.beganElsewhere(step, Duration.between(databaseNow, end)));
    }

    /** Ahead of what is on disk while a record is being written. */
    public Saga saga() {
        return saga;
    }

    /** What the log says. */
    public SagaStatus recorded() {
        return recorded;
    }

    public boolean isReleased() {
        return dropped == Dropped.RELEASED;
    }

    /**
     * Goes on with a saga that was taken over.
     *
     * @param payload empty if no pipeline began it
     * @param left of its time limit; empty if it has none
     * @return what was decided
     */
    public Resumption resume(Optional<Content> payload, Resumption.Takeover takeover, Optional<Alarm.TimeLimit> left) {
        Resumption next = Resumption.of(saga, payload, takeover);
        if (next instanceof Resumption.RunAgain again) {
            left.ifPresent(this::limit);
            surroundings.run(again.payload());
        } else if (next instanceof Resumption.WaitForLimit) {
            left.ifPresent(this::limit);
        } else if (next instanceof Resumption.Finish) {
            callBack();
        } else if (next instanceof Resumption.Abort abort) {
            abort(abort.why());
        } else if (next instanceof Resumption.Park park) {
            park(park.reason());
        } else {
            settleParked();
        }
        return next;
    }

    /** Aborts the saga when the time is over, if it is STARTED then. */
    public void limit(Alarm.TimeLimit limit) {
        surroundings.wake(limit.left(), limit);
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
        requireDriven();
        append(saga.step(name)
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
        if (step != null && dropped == Dropped.NOT) {
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
        if (failure.kind() != Kind.UNKNOWN || dropped != Dropped.NOT || saga.status() != SagaStatus.STARTED) {
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
        append(outcome);
        return true;
    }

    /** A begin or an outcome of a step that joined in another process; of no effect if it is late or recorded already. */
    public void joined(SagaRecord.OfStep record) {
        if (dropped != Dropped.NOT || !saga.takesJoined(record)) {
            return;
        }
        if (record instanceof SagaRecord.Begun begun) {
            flights.begin(begun.step(), begun.plan().limit());
        }
        append(record);
    }

    /**
     * The run has ended well, and the route that began the saga, if that is a step. Granted only if every own step has succeeded, whatever the route made of an exception.
     *
     * @return what the run is to fail with once what was decided is on disk; empty if it was granted
     * @throws SagaReleased if this process does not drive the saga any more
     */
    public Optional<SagaEnded> complete() {
        requireDriven();
        rootEnded(Optional.empty());
        Optional<String> astray = replay.astray();
        Optional<Failure> obstacle = saga.obstacle();
        if (astray.isPresent()) {
            park(astray.get());
            return Optional.of(parked());
        } else if (saga.status() != SagaStatus.STARTED) {
            return Optional.of(new SagaEnded("saga %s cannot complete: it is %s".formatted(saga.id(), saga.status())));
        } else if (obstacle.isPresent()) {
            abort(obstacle.get());
            return Optional.of(new SagaEnded("saga %s was aborted: %s".formatted(saga.id(), obstacle.get())));
        }
        append(saga.toComplete().isEmpty() ? new SagaRecord.Completed() : new SagaRecord.Completing());
        return Optional.empty();
    }

    /**
     * The run has failed: aborts with the failure of the first step that failed. What is in flight is undone after its end.
     *
     * @param thrown what the run ended with; empty if it asked for this itself
     * @throws SagaReleased if this process does not drive the saga any more
     */
    public void compensate(Optional<Failure> thrown) {
        requireDriven();
        if (thrown.isPresent()) {
            rootEnded(thrown);
        }
        Optional<String> astray = replay.astray();
        if (astray.isPresent()) {
            park(astray.get());
        } else {
            abort(saga.failedStep()
                    .or(() -> thrown)
                    .orElseGet(() -> new Failure(Kind.CANCELLED, "the route asked for compensation")));
        }
    }

    /** Of no effect from COMPLETING or ABORTING on, and on a parked saga. */
    public void abort(Failure why) {
        if (saga.status() == SagaStatus.STARTED && saga.parked().isEmpty()) {
            append(new SagaRecord.Aborting(why));
            surroundings.endPauses();
        }
    }

    /** Nothing is done any more until an operator acts. */
    public void park(String reason) {
        append(new SagaRecord.Parked(reason));
    }

    /** Of no effect if it does not mean the saga as it is now. */
    public void hear(OperatorWord word) {
        if (dropped != Dropped.NOT || !saga.heeds(word)) {
            return;
        }
        boolean idle = saga.parked().isPresent();
        append(new SagaRecord.Said(word));
        if (word.verb() == OperatorWord.Verb.CANCEL && !idle) {
            saga.cancelled().ifPresent(this::abort);
        }
    }

    /** A record is on disk, and all before it. */
    public void written(int seq) {
        SagaRecord record = unwritten.remove(seq);
        if (record == null || dropped == Dropped.RELEASED) {
            return;
        }
        if (record instanceof SagaRecord.Succeeded || record instanceof SagaRecord.Failed) {
            flights.end(((SagaRecord.OfStep) record).step());
            outcomeIsWritten();
        } else if (record instanceof SagaRecord.StepCompleting completing) {
            finaliser.asked(completing.step(), Call.COMPLETION, completing.attempt());
        } else if (record instanceof SagaRecord.StepCompensating compensating) {
            finaliser.asked(compensating.step(), Call.COMPENSATION, compensating.attempt());
        } else if (record instanceof SagaRecord.Said said) {
            saidIsWritten(said.word());
        } else if (record instanceof SagaRecord.Parked) {
            parkedIsWritten();
        } else if (!(record instanceof SagaRecord.OfStep)) {
            statusIsWritten(record);
        }
    }

    /**
     * It is not on disk, nor is what would follow on it.
     *
     * @param why what the log says about it
     */
    public void notWritten(int seq, String why) {
        SagaRecord record = unwritten.remove(seq);
        if (record == null || dropped == Dropped.RELEASED) {
            return;
        }
        if (dropped == Dropped.BROKEN) {
            if (record instanceof SagaRecord.Parked) {
                settleParked(); // not even that is on disk; whoever takes the saga over finds the same fault
            }
            return;
        }
        dropped = Dropped.BROKEN;
        surroundings.endPauses();
        var parking = new SagaRecord.Parked(
                "its record %d cannot be written: %s. What was done is in the log up to there; mend the cause, then POST /api/sagas/%s/retry."
                        .formatted(seq, why, saga.id()));
        unwritten.put(nextSeq, parking);
        surroundings.append(nextSeq++, parking);
    }

    /** @param failure empty if the callback was done */
    public void answered(String step, Call call, Optional<Failure> failure) {
        if (dropped == Dropped.NOT) {
            finaliser.answered(step, call, failure);
        }
    }

    /** As it was asked for by {@link Surroundings#wake}. */
    public void woken(Alarm alarm) {
        if (dropped != Dropped.NOT) {
            return;
        }
        if (alarm instanceof Alarm.TimeLimit limit) {
            abort(new Failure(Kind.CANCELLED, limit.reason()));
        } else if (alarm instanceof Alarm.AskAgain again) {
            finaliser.askAgain(again);
        } else {
            finaliser.proceed();
        }
    }

    /** This process gives the saga up: nothing is decided or recorded any more. */
    public void release() {
        dropped = Dropped.RELEASED;
        surroundings.endPauses();
        surroundings.settled(new SagaReleased(saga.id()));
    }

    /** @throws SagaReleased if this process does not drive the saga any more */
    void append(SagaRecord record) {
        requireDriven();
        saga.apply(record);
        unwritten.put(nextSeq, record);
        surroundings.append(nextSeq++, record);
    }

    void settleParked() {
        surroundings.settled(parked());
    }

    private SagaEnded parked() {
        return new SagaEnded("saga %s (%s) is parked".formatted(saga.id(), recorded));
    }

    private void requireDriven() {
        if (dropped != Dropped.NOT) {
            throw new SagaReleased(saga.id());
        }
    }

    private void outcomeIsWritten() {
        boolean undoing = recorded == SagaStatus.ABORTING && flights.areOver();
        if (undoing || recorded == SagaStatus.COMPLETING) {
            finaliser.proceed();
        }
    }

    private void parkedIsWritten() {
        if (dropped == Dropped.BROKEN || finaliser.isIdle()) {
            settleParked();
        }
    }

    /** A word that changes what is to be done with a saga that nobody drives on is heeded by a new driver. */
    private void saidIsWritten(OperatorWord word) {
        boolean aborting = word.verb() == OperatorWord.Verb.CANCEL && saga.status() != SagaStatus.STARTED;
        if (word.verb() != OperatorWord.Verb.SIGNAL && !aborting) {
            surroundings.driveAnew();
        }
    }

    private void statusIsWritten(SagaRecord record) {
        if (record instanceof SagaRecord.Completing) {
            recorded = SagaStatus.COMPLETING;
        } else if (record instanceof SagaRecord.Aborting) {
            recorded = SagaStatus.ABORTING;
        } else {
            recorded = record instanceof SagaRecord.Completed ? SagaStatus.COMPLETED : SagaStatus.ABORTED;
            surroundings.settled(new SagaEnded("saga %s is %s".formatted(saga.id(), recorded)));
            return;
        }
        callBack();
    }

    /** What is undone must not be in flight. */
    private void callBack() {
        Optional<Duration> busy = saga.status() == SagaStatus.ABORTING ? flights.longest() : Optional.empty();
        if (busy.isPresent()) {
            surroundings.wake(busy.get(), new Alarm.ActionsOver());
        } else {
            finaliser.proceed();
        }
    }
}
