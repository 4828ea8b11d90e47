package org.bactrian.saga;

import java.util.Optional;

/** One step of a {@link Saga}, folded from its records. */
public final class Step {
    private final String name;
    private final StepPlan plan;
    private StepState state = new StepState.Started();
    private Optional<Content> result = Optional.empty();
    private Optional<Failure> failure = Optional.empty();
    private int callbackAttempts;
    private int forgivenAttempts;
    private boolean skipped;

    Step(String name, StepPlan plan) {
        this.name = name;
        this.plan = plan;
    }

    public String name() {
        return name;
    }

    public StepPlan plan() {
        return plan;
    }

    public StepStatus status() {
        return state.status();
    }

    /** What the action answered; empty unless it succeeded. */
    public Optional<Content> result() {
        return result;
    }

    public Optional<Failure> failure() {
        return failure;
    }

    /** How often its completion or compensation was asked, the last time perhaps without an answer. */
    public int callbackAttempts() {
        return callbackAttempts;
    }

    /** As {@link #callbackAttempts}, but since an operator last had the saga tried again. */
    public int countedAttempts() {
        return callbackAttempts - forgivenAttempts;
    }

    /** Whether an operator decided that it stays as it is, not undone. */
    public boolean isSkipped() {
        return skipped;
    }

    void forgiveAttempts() {
        forgivenAttempts = callbackAttempts;
    }

    /** @throws IllegalStateException if it is not being compensated */
    void skip() {
        if (status() != StepStatus.COMPENSATING) {
            throw new IllegalStateException(
                    "only a compensation that was tried can be skipped; step %s is %s".formatted(name, status()));
        }
        skipped = true;
    }

    /** @throws IllegalStateException if the record cannot follow on those before it */
    void apply(SagaRecord.OfStep record) {
        if (record instanceof SagaRecord.Succeeded succeeded) {
            result = Optional.of(succeeded.result());
            if (state instanceof StepState.Open open) { // else it is history: the callbacks have begun
                state = open.succeeded();
            }
        } else if (record instanceof SagaRecord.Failed failed) {
            failure = Optional.of(failed.failure());
            if (state instanceof StepState.Open open) {
                state = open.failed();
            }
        } else if (record instanceof SagaRecord.Attempt && state instanceof StepState.Open open) {
            failure = Optional.empty();
            state = open.started();
        } else if (record instanceof SagaRecord.StepCompensating compensating) {
            call(Call.COMPENSATION, compensating.attempt(), record);
        } else if (record instanceof SagaRecord.StepCompleting completing) {
            call(Call.COMPLETION, completing.attempt(), record);
        } else if (state instanceof StepState.Called called
                && (record instanceof SagaRecord.StepCompensated || record instanceof SagaRecord.StepCompleted)) {
            state = called.settled();
        } else {
            throw impossible(record);
        }
    }

    private void call(Call call, int attempt, SagaRecord record) {
        if (state instanceof StepState.Open open) {
            state = open.called(call);
        } else if (!(state instanceof StepState.Called)) {
            throw impossible(record);
        }
        callbackAttempts = attempt;
    }

    private IllegalStateException impossible(SagaRecord record) {
        return new IllegalStateException("step %s is %s: cannot take %s".formatted(name, status(), record));
    }
}
