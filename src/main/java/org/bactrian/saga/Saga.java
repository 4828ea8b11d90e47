package org.bactrian.saga;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One saga, folded from its records: refuses what the protocol does not allow and decides what is to be done next. Not
 * thread-safe; its owner guards it.
 */
public final class Saga {
    private final SagaId id;
    private final Map<String, Step> steps = new LinkedHashMap<>();
    private final Set<String> words = new HashSet<>();
    private SagaState state = new SagaState.Started();
    private Optional<String> parked = Optional.empty();
    private Optional<Failure> cancelled = Optional.empty();
    private int parkings;
    private int answeredParkings;

    public Saga(SagaId id) {
        this.id = id;
    }

    public SagaId id() {
        return id;
    }

    public SagaStatus status() {
        return state.status();
    }

    /** Why it aborted; empty as long as it has not. */
    public Optional<Failure> failure() {
        if (state instanceof SagaState.Aborting aborting) {
            return Optional.of(aborting.why());
        }
        return state instanceof SagaState.Aborted aborted ? Optional.of(aborted.why()) : Optional.empty();
    }

    /** Why an operator must act; empty if none must. */
    public Optional<String> parked() {
        return parked;
    }

    /** Why an operator wants it aborted; empty if none does. */
    public Optional<Failure> cancelled() {
        return cancelled;
    }

    /** Whether the word is new and means the saga as it is now; if not, it is of no effect. */
    public boolean heeds(OperatorWord word) {
        return !words.contains(word.name())
                && switch (word.verb()) {
                    case SIGNAL -> !status().isEnd();
                    case CANCEL -> status() == SagaStatus.STARTED;
                    case RETRY -> answersParking(word);
                    case SKIP ->
                        answersParking(word)
                                && status() == SagaStatus.ABORTING
                                && step(word.step() == null ? "" : word.step())
                                        .filter(step -> step.status() == StepStatus.COMPENSATING)
                                        .isPresent();
                };
    }

    private boolean answersParking(OperatorWord word) {
        return parked.isPresent() && word.answers() > answeredParkings && word.answers() <= parkings;
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
        if (status() != SagaStatus.STARTED) {
            throw new SagaEnded("step %s cannot begin: saga %s is %s".formatted(step, id, status()));
        }
    }

    /** Whether a begin or outcome that a joined participant says is news: it may be said late, twice, and to an owner who has it recorded. */
    public boolean takesJoined(SagaRecord.OfStep said) {
        Optional<Step> step = step(said.step());
        if (said instanceof SagaRecord.Begun begun) {
            return status() == SagaStatus.STARTED
                    && step.isEmpty()
                    && begun.plan().joined();
        }
        boolean better = said instanceof SagaRecord.Succeeded
                ? step.filter(known -> known.result().isEmpty()).isPresent()
                : step.filter(known ->
                                known.result().isEmpty() && known.failure().isEmpty())
                        .isPresent();
        return !status().isEnd()
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

    /** The failure of the first own step that has failed; empty if none has. */
    public Optional<Failure> failedStep() {
        return steps.values().stream()
                .filter(step -> !step.plan().joined() && step.failure().isPresent())
                .findFirst()
                .flatMap(step -> step.failure().map(failure -> failure.of(step.name())));
    }

    /** What is still to be undone, first things first: reverse order of begin. */
    public List<Step> toCompensate() {
        var left = new ArrayList<Step>();
        for (Step step : steps.values()) {
            boolean over = step.status() == StepStatus.COMPENSATED || step.isSkipped();
            if (step.plan().compensation() != null && !over) {
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
            require(status() == SagaStatus.STARTED && !steps.containsKey(begun.step()), record);
            steps.put(begun.step(), new Step(begun.step(), begun.plan()));
        } else if (record instanceof SagaRecord.OfStep ofStep) {
            Step step = steps.get(ofStep.step());
            if (step == null) {
                throw new IllegalStateException("saga %s: %s of a step that never began".formatted(id, record));
            }
            require(allows(ofStep), record);
            step.apply(ofStep);
        } else if (record instanceof SagaRecord.Parked reason) {
            require(!status().isEnd(), record);
            parked = Optional.of(reason.reason());
            parkings++;
        } else if (record instanceof SagaRecord.Said said) {
            hear(said.word());
        } else if (record instanceof SagaRecord.Waiting) {
            require(status() == SagaStatus.STARTED, record);
        } else if (!(record instanceof SagaRecord.Payload)) {
            state = after(record);
        }
    }

    private SagaState after(SagaRecord record) {
        if (state instanceof SagaState.Started started) {
            if (record instanceof SagaRecord.Completing) {
                return started.completing();
            } else if (record instanceof SagaRecord.Completed && toComplete().isEmpty()) {
                return started.completed();
            } else if (record instanceof SagaRecord.Aborting aborting) {
                return started.aborting(aborting.failure());
            }
        } else if (state instanceof SagaState.Completing completing) {
            if (record instanceof SagaRecord.Completed && ownConfirmed()) {
                return completing.completed();
            }
        } else if (state instanceof SagaState.Aborting aborting) {
            if (record instanceof SagaRecord.Aborted && toCompensate().isEmpty()) {
                return aborting.aborted();
            }
        }
        throw impossible(record);
    }

    /** A word that is recorded had its effect when it was: it is not weighed again. */
    private void hear(OperatorWord word) {
        words.add(word.name());
        if (word.verb() == OperatorWord.Verb.SIGNAL) {
            return;
        }
        parked = Optional.empty();
        answeredParkings = parkings;
        steps.values().forEach(Step::forgiveAttempts);
        if (word.verb() == OperatorWord.Verb.CANCEL) {
            cancelled = Optional.of(new Failure(Failure.Kind.CANCELLED, "by an operator: " + word.reason()));
        } else if (word.step() != null) {
            step(word.step())
                    .orElseThrow(() -> new IllegalStateException(
                            "saga %s: a step that never began was skipped: %s".formatted(id, word.step())))
                    .skip();
        }
    }

    /** An outcome may come at any time, the rest only while the saga is on the way that it belongs to. */
    private boolean allows(SagaRecord.OfStep record) {
        if (record instanceof SagaRecord.Attempt) {
            return status() == SagaStatus.STARTED;
        } else if (record instanceof SagaRecord.StepCompleting || record instanceof SagaRecord.StepCompleted) {
            return status() == SagaStatus.COMPLETING;
        } else if (record instanceof SagaRecord.StepCompensating || record instanceof SagaRecord.StepCompensated) {
            return status() == SagaStatus.ABORTING;
        }
        return true;
    }

    /** A joined participant may still succeed while the last completions run; it cannot hinder the end. */
    private boolean ownConfirmed() {
        return toComplete().stream().allMatch(step -> step.plan().joined());
    }

    private void require(boolean legal, SagaRecord record) {
        if (!legal) {
            throw impossible(record);
        }
    }

    private IllegalStateException impossible(SagaRecord record) {
        return new IllegalStateException("saga %s is %s: cannot take %s".formatted(id, status(), record));
    }
}
