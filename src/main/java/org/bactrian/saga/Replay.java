package org.bactrian.saga;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which of a saga's own steps a repeated run has still to come to: it hands back what is recorded of them. Nothing in a
 * first run. Not thread-safe; its driver guards it.
 */
final class Replay {
    private final Saga saga;
    private final Set<String> unreached;

    /** @param repeatable whether a pipeline began it: any other route is not run again, so its steps are not missed */
    Replay(Saga saga, boolean repeatable) {
        this.saga = saga;
        this.unreached = saga.steps().stream()
                .filter(step -> repeatable && !step.plan().joined())
                .map(Step::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * What is recorded of the step that the run has come to: its success, or a failure that was recorded before this run;
     * empty if it is to be run.
     */
    Optional<SagaRecord.OfStep> reach(String name) {
        boolean before = unreached.remove(name);
        return saga.step(name).flatMap(step -> outcome(step, before));
    }

    /** Why its end cannot be decided: it would be without steps that have been done. Empty if it can. */
    Optional<String> astray() {
        if (saga.status() != SagaStatus.STARTED || saga.parked().isPresent() || unreached.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                "its run was repeated and ended without reaching %s, which it had reached before: the pipeline was changed, or decides by more than the message. Restore it, then retry the saga; or cancel it."
                        .formatted(String.join(", ", unreached)));
    }

    private static Optional<SagaRecord.OfStep> outcome(Step step, boolean before) {
        if (step.result().isPresent()) {
            return step.result().map(result -> new SagaRecord.Succeeded(step.name(), result));
        }
        return before ? step.failure().map(why -> new SagaRecord.Failed(step.name(), why)) : Optional.empty();
    }
}
