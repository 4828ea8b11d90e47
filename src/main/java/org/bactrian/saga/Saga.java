package org.bactrian.saga;

import static org.bactrian.saga.SagaStatus.ABORTED;
import static org.bactrian.saga.SagaStatus.ABORTING;
import static org.bactrian.saga.SagaStatus.COMPLETED;
import static org.bactrian.saga.SagaStatus.COMPLETING;
import static org.bactrian.saga.SagaStatus.STARTED;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One saga, folded from its records: refuses what the protocol does not allow and decides what is to be done next. Not
 * thread-safe; its owner guards it.
 */
public final class Saga {
    private final SagaId id;
    private final Map<String, Step> steps = new LinkedHashMap<>();
    private SagaStatus status = STARTED;
    private Optional<Failure> failure = Optional.empty();
    private Optional<String> parked = Optional.empty();

    public Saga(SagaId id) {
        this.id = id;
    }

    public SagaStatus status() {
        return status;
    }

    /** Why it aborted; empty as long as it has not. */
    public Optional<Failure> failure() {
        return failure;
    }

    /** Why an operator must act; empty if none must. */
    public Optional<String> parked() {
        return parked;
    }

    public Optional<Step> step(String name) {
        return Optional.ofNullable(steps.get(name));
    }

    /** In the order of their begin. */
    public Collection<Step> steps() {
        return Collections.unmodifiableCollection(steps.values());
    }

    /**
     * From ABORTING or COMPLETING on no step can begin.
     *
     * @throws SagaEnded if it cannot
     */
    public void requireRunning(String step) {
        if (status != STARTED) {
            throw new SagaEnded("step %s cannot begin: saga %s is %s".formatted(step, id, status));
        }
    }

    /** Whether a begin or outcome that a joined participant says is news: it may be said late, twice, and to an owner who has it recorded. */
    public boolean takesJoined(SagaRecord.OfStep said) {
        Optional<Step> step = step(said.step());
        if (said instanceof SagaRecord.Begun begun) {
            return status == STARTED && step.isEmpty() && begun.plan().joined();
        }
        boolean better = said instanceof SagaRecord.Succeeded
                ? step.filter(known -> known.result().isEmpty()).isPresent()
                : step.filter(Step::hasNoOutcome).isPresent();
        return !status.isEnd()
                && better
                && step.filter(known -> known.plan().joined()).isPresent();
    }

    /** The failure of the first own step that has not succeeded; only if there is none, {@code complete} is granted. */
    public Optional<Failure> obstacle() {
        return steps.values().stream()
                .filter(step -> !step.plan().joined() && step.status() != StepStatus.SUCCEEDED)
                .findFirst()
                .map(step -> step.failure()
                        .orElseGet(() -> new Failure(Failure.Kind.FAULT, "the pipeline ended before it had an outcome"))
                        .of(step.name()));
    }

    /** What is still to be undone, first things first: reverse order of begin. */
    public List<Step> toCompensate() {
        var left = new ArrayList<Step>();
        for (Step step : steps.values()) {
            if (step.plan().compensation() != null && step.status() != StepStatus.COMPENSATED) {
                left.add(0, step);
            }
        }
        return left;
    }

    /** What is still to be confirmed, in any order. */
    public List<Step> toComplete() {
        return steps.values().stream()
                .filter(step -> (step.plan().completion() != null && step.status() == StepStatus.SUCCEEDED)
                        || step.status() == StepStatus.COMPLETING)
                .toList();
    }

    /** @throws IllegalStateException if the record cannot follow on those before it; nothing has changed then */
    public void apply(SagaRecord record) {
        if (record instanceof SagaRecord.Begun begun) {
            require(status == STARTED && !steps.containsKey(begun.step()), record);
            steps.put(begun.step(), new Step(begun.step(), begun.plan()));
        } else if (record instanceof SagaRecord.OfStep ofStep) {
            Step step = steps.get(ofStep.step());
            if (step == null) {
                throw new IllegalStateException("saga %s: %s of a step that never began".formatted(id, record));
            }
            require(allows(ofStep), record);
            step.apply(record);
        } else if (record instanceof SagaRecord.Completing) {
            become(COMPLETING, status == STARTED, record);
        } else if (record instanceof SagaRecord.Completed) {
            become(
                    COMPLETED,
                    (status == COMPLETING && ownConfirmed())
                            || (status == STARTED && toComplete().isEmpty()),
                    record);
        } else if (record instanceof SagaRecord.Aborting aborting) {
            become(ABORTING, status == STARTED, record);
            failure = Optional.of(aborting.failure());
        } else if (record instanceof SagaRecord.Aborted) {
            become(ABORTED, status == ABORTING && toCompensate().isEmpty(), record);
        } else if (record instanceof SagaRecord.Parked reason) {
            require(!status.isEnd(), record);
            parked = Optional.of(reason.reason());
        }
    }

    /** An outcome may come at any time, the rest only while the saga is on the way that it belongs to. */
    private boolean allows(SagaRecord.OfStep record) {
        if (record instanceof SagaRecord.Attempt) {
            return status == STARTED;
        } else if (record instanceof SagaRecord.StepCompleting || record instanceof SagaRecord.StepCompleted) {
            return status == COMPLETING;
        } else if (record instanceof SagaRecord.StepCompensating || record instanceof SagaRecord.StepCompensated) {
            return status == ABORTING;
        }
        return true;
    }

    /** A joined participant may still succeed while the last completions run; it cannot hinder the end. */
    private boolean ownConfirmed() {
        return toComplete().stream().allMatch(step -> step.plan().joined());
    }

    private void become(SagaStatus next, boolean legal, SagaRecord record) {
        require(legal, record);
        status = next;
    }

    private void require(boolean legal, SagaRecord record) {
        if (!legal) {
            throw new IllegalStateException("saga %s is %s: cannot take %s".formatted(id, status, record));
        }
    }
}
