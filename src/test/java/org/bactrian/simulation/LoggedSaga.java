package org.bactrian.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.bactrian.saga.Call;
import org.bactrian.saga.LoggedSignal;
import org.bactrian.saga.OperatorWord.Verb;
import org.bactrian.saga.OwnedSaga;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaRecord;
import org.bactrian.saga.SagaStatus;
import org.jspecify.annotations.Nullable;

/**
 * One saga as the log has it. Takes a record only if the guarantees allow it, weighed here anew and not by the core's own
 * folding: that is what is put to the test.
 */
final class LoggedSaga {
    final SagaId id;
    final Flow flow;
    final Map<String, Signal> signals = new LinkedHashMap<>();
    final Map<String, LoggedStep> steps = new LinkedHashMap<>();
    final List<OwnedSaga.Entry> records = new ArrayList<>();

    @Nullable Instant deadline;

    @Nullable UUID owner;

    int claims;
    int parkings;
    /** The last record that the database did not take. */
    int lastBad = -9;

    SagaStatus status = SagaStatus.STARTED;
    Optional<String> parked = Optional.empty();

    /** @param told whether the writer itself owned the saga */
    record Signal(LoggedSignal signal, boolean told, boolean dropped, Instant at) {}

    /** One step, as far as the guarantees speak of it. */
    static final class LoggedStep {
        final SagaRecord.Begun begun;
        final Map<Call, Integer> called = new HashMap<>();
        final Map<Call, Integer> forgiven = new HashMap<>();
        Instant asked;
        int attempts = 1;
        boolean running = true;
        boolean succeeded;
        boolean undone;
        boolean confirmed;
        boolean skipped;

        LoggedStep(SagaRecord.Begun begun, Instant at) {
            this.begun = begun;
            this.asked = at;
        }

        boolean isUndone() {
            return undone || skipped || begun.plan().compensation() == null;
        }
    }

    LoggedSaga(SagaId id, Flow flow) {
        this.id = id;
        this.flow = flow;
    }

    LoggedStep step(String name) {
        LoggedStep step = steps.get(name);
        require(step != null, "G6", "a record of %s, which never began", name);
        return java.util.Objects.requireNonNull(step);
    }

    void append(int seq, SagaRecord record, Instant at, int mostAttempts) {
        int last = records.isEmpty() ? 0 : records.get(records.size() - 1).seq();
        boolean follows = seq == last + 1 || seq == 0 || seq == lastBad + 1;
        require(follows, "G7", "record %d follows on %d: %s", seq, last, record);
        require(!status.isEnd() || !changes(record), "G2", "%s after its end", record);
        records.add(new OwnedSaga.Entry(seq, record, at));
        if (record instanceof SagaRecord.Begun begun) {
            require(status == SagaStatus.STARTED, "G5", "%s begins while it is %s", begun.step(), status);
            require(!steps.containsKey(begun.step()), "G6", "%s begins twice", begun.step());
            steps.put(begun.step(), new LoggedStep(begun, at));
        } else if (record instanceof SagaRecord.OfStep ofStep) {
            append(ofStep, step(ofStep.step()), at, mostAttempts);
        } else if (record instanceof SagaRecord.Parked reason) {
            require(!reason.reason().isBlank(), "G2", "parked without a reason");
            parked = Optional.of(reason.reason());
            parkings++;
        } else if (record instanceof SagaRecord.Said said && said.word().verb() != Verb.SIGNAL) {
            parked = Optional.empty();
            steps.values().forEach(step -> step.forgiven.putAll(step.called));
            if (said.word().verb() == Verb.RETRY) {
                signals.keySet().removeIf(name -> name.endsWith(":completion") || name.endsWith(":compensation"));
            } else if (said.word().verb() == Verb.SKIP) {
                step(String.valueOf(said.word().step())).skipped = true;
            }
        } else {
            move(record);
        }
    }

    private static boolean changes(SagaRecord record) {
        return !(record instanceof SagaRecord.Succeeded || record instanceof SagaRecord.Failed);
    }

    private void append(SagaRecord.OfStep record, LoggedStep step, Instant at, int most) {
        if (record instanceof SagaRecord.Attempt) {
            require(status == SagaStatus.STARTED, "G5", "%s is asked again while it is %s", record.step(), status);
            require(!step.succeeded, "G6", "%s is asked again after its success", record.step());
            step.attempts++;
            step.asked = at;
            step.running = true;
        } else if (record instanceof SagaRecord.Succeeded) {
            step.running = false;
            step.succeeded = true;
        } else if (record instanceof SagaRecord.Failed) {
            step.running = false;
        } else if (record instanceof SagaRecord.StepCompensating compensating) {
            require(status == SagaStatus.ABORTING, "G5", "%s while it is %s", record, status);
            requireReverse(step, at);
            call(step, Call.COMPENSATION, compensating.attempt(), most);
        } else if (record instanceof SagaRecord.StepCompleting completing) {
            require(status == SagaStatus.COMPLETING, "G3", "%s while it is %s", record, status);
            call(step, Call.COMPLETION, completing.attempt(), most);
        } else if (record instanceof SagaRecord.StepCompensated) {
            step.undone = true;
        } else if (record instanceof SagaRecord.StepCompleted) {
            step.confirmed = true;
        }
    }

    private void call(LoggedStep step, Call call, int attempt, int most) {
        int before = step.called.getOrDefault(call, 0);
        require(attempt == before + 1, "G6", "attempt %d at the %s of %s after %d", attempt, call, name(step), before);
        int counted = attempt - step.forgiven.getOrDefault(call, 0);
        require(counted <= most, "G5", "attempt %d of %d at the %s of %s", counted, most, call, name(step));
        step.called.put(call, attempt);
    }

    private void requireReverse(LoggedStep step, Instant at) {
        boolean after = false;
        for (LoggedStep other : steps.values()) {
            require(
                    !after || other.isUndone(),
                    "G5",
                    "%s is undone before %s, which began later",
                    name(step),
                    name(other));
            after |= other == step;
            Duration rest =
                    Duration.between(at, other.asked.plus(other.begun.plan().limit()));
            require(
                    !other.running || rest.isNegative() || rest.isZero(),
                    "G5",
                    "%s is undone while %s may be in flight for %s",
                    name(step),
                    name(other),
                    rest);
        }
    }

    private void move(SagaRecord record) {
        boolean started = status == SagaStatus.STARTED;
        if (record instanceof SagaRecord.Completing || (record instanceof SagaRecord.Completed && started)) {
            require(started, "G3", "%s while it is %s", record, status);
            steps.values()
                    .forEach(step -> require(
                            step.begun.plan().joined() || (step.succeeded && !step.running),
                            "G3",
                            "it completes, but %s has no success",
                            name(step)));
            status = SagaStatus.COMPLETING;
        } else if (record instanceof SagaRecord.Aborting) {
            require(started, "G3", "%s while it is %s", record, status);
            status = SagaStatus.ABORTING;
        }
        if (record instanceof SagaRecord.Completed) {
            require(status == SagaStatus.COMPLETING, "G3", "%s while it is %s", record, status);
            steps.values()
                    .forEach(step -> require(
                            step.confirmed || step.begun.plan().completion() == null,
                            "G3",
                            "it is COMPLETED, but %s is not",
                            name(step)));
            status = SagaStatus.COMPLETED;
        } else if (record instanceof SagaRecord.Aborted) {
            require(status == SagaStatus.ABORTING, "G3", "%s while it is %s", record, status);
            steps.values()
                    .forEach(step -> require(step.isUndone(), "G3", "it is ABORTED, but %s is not undone", name(step)));
            status = SagaStatus.ABORTED;
        }
    }

    private static String name(LoggedStep step) {
        return step.begun.step();
    }

    private void require(boolean holds, String guarantee, String what, Object... values) {
        if (!holds) {
            throw new Violation(guarantee, "saga " + id + ": " + what, values);
        }
    }
}
