package org.bactrian.saga;

/** One line of the saga log: something that has happened. What a saga is, is folded from these by {@link Saga}. */
public sealed interface SagaRecord {
    /** Whether it shows that the saga has come further; that something is asked again does not, it may be what ends routers. */
    default boolean isProgress() {
        return !(this instanceof Attempt || this instanceof StepCompleting || this instanceof StepCompensating);
    }

    /** Something that happened to one step. */
    sealed interface OfStep extends SagaRecord {
        /** As {@link StepName} demands. */
        String step();
    }

    /** Record 0 of a saga that a pipeline began: the message to run it with. */
    record Payload(Content content) implements SagaRecord {}

    /** The step's action is about to run for the first time; decides the step's place. */
    record Begun(String step, StepPlan plan) implements OfStep {
        public Begun {
            StepName.require(step);
        }
    }

    /**
     * The step's action is about to run again, in the place and with the options of its first time.
     *
     * @param lastError why the attempt before failed, empty if it is not known
     */
    record Attempt(String step, String lastError) implements OfStep {}

    /** The action was done; the result is handed back whenever the step is asked for again. */
    record Succeeded(String step, Content result) implements OfStep {}

    record Failed(String step, Failure failure) implements OfStep {}

    /**
     * @param attempt 1 for the first
     * @param lastError why the one before failed, empty for the first
     */
    record StepCompleting(String step, int attempt, String lastError) implements OfStep {}

    record StepCompleted(String step) implements OfStep {}

    /**
     * @param attempt 1 for the first
     * @param lastError why the one before failed, empty for the first
     */
    record StepCompensating(String step, int attempt, String lastError) implements OfStep {}

    record StepCompensated(String step) implements OfStep {}

    record Completing() implements SagaRecord {}

    record Completed() implements SagaRecord {}

    record Aborting(Failure failure) implements SagaRecord {}

    record Aborted() implements SagaRecord {}

    /** @param reason for operators: what happened and what to do */
    record Parked(String reason) implements SagaRecord {}

    /**
     * Its run came to a step that is paused: from here on the saga waits in the log, driven by nobody, until it is claimed.
     *
     * @param step which it has not begun
     */
    record Waiting(String step) implements SagaRecord {
        public Waiting {
            StepName.require(step);
        }
    }

    /** An operator's word takes effect. */
    record Said(OperatorWord word) implements SagaRecord {}
}
