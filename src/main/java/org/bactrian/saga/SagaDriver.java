package org.bactrian.saga;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.bactrian.saga.Failure.Kind;
import org.bactrian.saga.Surroundings.Alarm;

/**
 * Drives one saga of this process: everything that happens to it is decided here, recorded, and acted upon once it is on
 * disk. Not thread-safe: whoever owns it tells it one thing at a time.
 */
public final class SagaDriver {
    private final Saga saga;
    private final Surroundings surroundings;
    private final Journal journal;
    private final Actions actions;
    private final Finaliser finaliser;

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
        this.journal = new Journal(saga, folded.nextSeq(), surroundings);
        this.actions = new Actions(folded, journal, pauses, databaseNow, nanos, random);
        this.finaliser = new Finaliser(this, saga, surroundings, pauses, random);
    }

    /** What steps tell. */
    public Actions actions() {
        return actions;
    }

    /** Ahead of what is on disk while a record is being written. */
    public Saga saga() {
        return saga;
    }

    /** What the log says. */
    public SagaStatus recorded() {
        return journal.recorded();
    }

    public boolean isReleased() {
        return journal.isReleased();
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

    /**
     * The run has ended well, and the route that began the saga, if that is a step. Granted only if every own step has succeeded, whatever the route made of an exception.
     *
     * @return what the run is to fail with once what was decided is on disk; empty if it was granted
     * @throws SagaReleased if this process does not drive the saga any more
     */
    public Optional<SagaEnded> complete() {
        journal.requireOpen();
        actions.rootEnded(Optional.empty());
        Optional<String> astray = actions.astray();
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
        journal.requireOpen();
        if (thrown.isPresent()) {
            actions.rootEnded(thrown);
        }
        Optional<String> astray = actions.astray();
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
        if (journal.isBroken() && word.verb() != OperatorWord.Verb.SIGNAL) {
            surroundings.driveAnew(); // only what the log says can be gone on with: its driver heeds the word
        }
        if (!journal.isOpen() || !saga.heeds(word)) {
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
        journal.written(seq)
                .filter(record -> journal.isOpen() || record instanceof SagaRecord.Parked)
                .ifPresent(this::follow);
    }

    private void follow(SagaRecord record) {
        if (record instanceof SagaRecord.Succeeded || record instanceof SagaRecord.Failed) {
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
            statusIsWritten();
        }
    }

    /**
     * It is not on disk, nor is what would follow on it.
     *
     * @param why what the log says about it
     */
    public void notWritten(int seq, String why) {
        boolean lost = journal.notWritten(seq, why);
        if (journal.isBroken()) {
            surroundings.endPauses();
        }
        if (lost) {
            settleParked(); // whoever takes the saga over finds the same fault
        }
    }

    /** @param failure empty if the callback was done */
    public void answered(String step, Call call, Optional<Failure> failure) {
        if (journal.isOpen()) {
            finaliser.answered(step, call, failure);
        }
    }

    /** As it was asked for by {@link Surroundings#wake}. */
    public void woken(Alarm alarm) {
        if (!journal.isOpen()) {
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
        journal.release();
        surroundings.endPauses();
        surroundings.settled(new SagaReleased(saga.id()));
    }

    /** @throws SagaReleased if this process does not drive the saga any more */
    void append(SagaRecord record) {
        journal.append(record);
    }

    void settleParked() {
        surroundings.settled(parked());
    }

    private SagaEnded parked() {
        return new SagaEnded("saga %s (%s) is parked".formatted(saga.id(), journal.recorded()));
    }

    private void outcomeIsWritten() {
        boolean undoing = journal.recorded() == SagaStatus.ABORTING && actions.areOver();
        if (undoing || journal.recorded() == SagaStatus.COMPLETING) {
            finaliser.proceed();
        }
    }

    private void parkedIsWritten() {
        if (journal.isBroken() || finaliser.isIdle()) {
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

    private void statusIsWritten() {
        if (journal.recorded().isEnd()) {
            surroundings.settled(new SagaEnded("saga %s is %s".formatted(saga.id(), journal.recorded())));
        } else {
            callBack();
        }
    }

    /** What is undone must not be in flight. */
    private void callBack() {
        Optional<Duration> busy = saga.status() == SagaStatus.ABORTING ? actions.longest() : Optional.empty();
        if (busy.isPresent()) {
            surroundings.wake(busy.get(), new Alarm.ActionsOver());
        } else {
            finaliser.proceed();
        }
    }
}
