package org.bactrian.saga;

import java.util.Optional;

/** One step of a {@link Saga}, folded from its records. */
public final class Step {
    private final String name;
    private final StepPlan plan;
    private StepStatus status = StepStatus.STARTED;
    private Optional<Content> result = Optional.empty();
    private Optional<Failure> failure = Optional.empty();
    private int callbackAttempts;

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
        return status;
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

    /** Whether its action may still be running somewhere. */
    public boolean hasNoOutcome() {
        return result.isEmpty() && failure.isEmpty();
    }

    void apply(SagaRecord record) {
        if (record instanceof SagaRecord.Succeeded succeeded) {
            result = Optional.of(succeeded.result());
            outcome(StepStatus.SUCCEEDED);
        } else if (record instanceof SagaRecord.Failed failed) {
            failure = Optional.of(failed.failure());
            outcome(StepStatus.FAILED);
        } else if (record instanceof SagaRecord.Attempt) {
            failure = Optional.empty();
            outcome(StepStatus.STARTED);
        } else if (record instanceof SagaRecord.StepCompensating compensating) {
            callbackAttempts = compensating.attempt();
            status = StepStatus.COMPENSATING;
        } else if (record instanceof SagaRecord.StepCompensated) {
            status = StepStatus.COMPENSATED;
        } else if (record instanceof SagaRecord.StepCompleting completing) {
            callbackAttempts = completing.attempt();
            status = StepStatus.COMPLETING;
        } else if (record instanceof SagaRecord.StepCompleted) {
            status = StepStatus.COMPLETED;
        } else {
            throw new IllegalStateException("step %s cannot take %s".formatted(name, record));
        }
    }

    /** An outcome that comes once the callbacks have begun is history: it changes no status. */
    private void outcome(StepStatus next) {
        if (status == StepStatus.STARTED || status == StepStatus.SUCCEEDED || status == StepStatus.FAILED) {
            status = next;
        }
    }
}
