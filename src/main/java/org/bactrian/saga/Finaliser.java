package org.bactrian.saga;

import static org.bactrian.saga.Call.COMPENSATION;
import static org.bactrian.saga.Call.COMPLETION;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.bactrian.saga.Surroundings.Alarm;

/**
 * Brings a saga that is COMPLETING or ABORTING to its end: completions in parallel, compensations in reverse order of
 * begin, each tried again with growing pauses until it succeeds or the saga is parked. A refusal is final and parks at
 * once: asking again would change nothing. Not thread-safe; its driver guards it.
 */
final class Finaliser {
    private final SagaDriver driver;
    private final Saga saga;
    private final Surroundings surroundings;
    private final RetryPause pauses;
    private final RandomGenerator random;
    private final Set<String> open = new HashSet<>();
    private final Set<String> givenUp = new HashSet<>();

    Finaliser(SagaDriver driver, Saga saga, Surroundings surroundings, RetryPause pauses, RandomGenerator random) {
        this.driver = driver;
        this.saga = saga;
        this.surroundings = surroundings;
        this.pauses = pauses;
        this.random = random;
    }

    /** Asks for what can be asked for now, and records the end when nothing is left. */
    void proceed() {
        if (saga.status() == SagaStatus.COMPLETING) {
            complete();
        } else if (saga.status() == SagaStatus.ABORTING) {
            compensate();
        }
    }

    private void complete() {
        for (Step step : saga.toComplete()) {
            if (!open.contains(step.name()) && !givenUp.contains(step.name())) {
                ask(step, COMPLETION, lastError(step));
            }
        }
        if (!open.isEmpty()) {
            return;
        }
        if (givenUp.isEmpty()) {
            driver.append(new SagaRecord.Completed());
        } else {
            driver.settleParked();
        }
    }

    private void compensate() {
        if (!open.isEmpty()) {
            return;
        }
        if (!givenUp.isEmpty()) {
            driver.settleParked();
            return;
        }
        List<Step> left = saga.toCompensate();
        if (left.isEmpty()) {
            driver.append(new SagaRecord.Aborted());
        } else {
            Step next = left.get(0);
            ask(next, COMPENSATION, lastError(next));
        }
    }

    private static String lastError(Step step) {
        if (step.callbackAttempts() == 0) {
            return "";
        }
        return step.countedAttempts() == 0 ? "an operator had it tried again" : Flights.INTERRUPTED;
    }

    /** Attempts are counted on from the log: a restart gives a callback no more of them, an operator's retry does. */
    private void ask(Step step, Call call, String lastError) {
        open.add(step.name());
        if (step.countedAttempts() >= pauses.attempts()) {
            park(
                    step,
                    call,
                    "was interrupted in attempt %d of %d".formatted(step.countedAttempts(), pauses.attempts()));
            return;
        }
        int attempt = step.callbackAttempts() + 1;
        driver.append(
                call == COMPLETION
                        ? new SagaRecord.StepCompleting(step.name(), attempt, lastError)
                        : new SagaRecord.StepCompensating(step.name(), attempt, lastError));
    }

    /** Whether no callback is under way. */
    boolean isIdle() {
        return open.isEmpty();
    }

    /** The attempt is on disk. */
    void asked(String name, Call call, int attempt) {
        surroundings.call(step(name), call, attempt);
    }

    /** @param failure empty if it was done */
    void answered(String name, Call call, Optional<Failure> failure) {
        Step step = step(name);
        if (failure.isEmpty()) {
            open.remove(name);
            driver.append(
                    call == COMPLETION ? new SagaRecord.StepCompleted(name) : new SagaRecord.StepCompensated(name));
            proceed();
        } else if (failure.get().kind() == Failure.Kind.REFUSED) {
            park(
                    step,
                    call,
                    "was refused: %s; final, so it was not asked again"
                            .formatted(failure.get().reason()));
        } else if (step.countedAttempts() >= pauses.attempts()) {
            park(
                    step,
                    call,
                    "failed %d of %d attempts, last \"%s\""
                            .formatted(
                                    step.countedAttempts(),
                                    pauses.attempts(),
                                    failure.get().reason()));
        } else {
            surroundings.wake(
                    pauses.after(step.countedAttempts(), random),
                    new Alarm.AskAgain(name, call, failure.get().reason()));
        }
    }

    void askAgain(Alarm.AskAgain alarm) {
        ask(step(alarm.step()), alarm.call(), alarm.lastError());
    }

    /** The saga stays as it is until an operator acts; other completions go on. */
    private void park(Step step, Call call, String what) {
        open.remove(step.name());
        givenUp.add(step.name());
        driver.append(new SagaRecord.Parked("%s of %s (%s) %s. Mend the participant, then POST /api/sagas/%s/retry. %s"
                .formatted(
                        call.header(),
                        step.name(),
                        step.plan().callback(call).orElse(""),
                        what,
                        saga.id(),
                        left(step, call))));
    }

    private String left(Step parked, Call call) {
        List<Step> left = call == COMPLETION ? saga.toComplete() : saga.toCompensate();
        String others = left.stream()
                .map(Step::name)
                .filter(name -> !name.equals(parked.name()) && !givenUp.contains(name))
                .collect(Collectors.joining(", "));
        if (call == COMPLETION) {
            return others.isEmpty() ? "Nothing else is left unconfirmed." : "Still being confirmed: " + others + ".";
        }
        return others.isEmpty() ? "Nothing else is left undone." : "Left to be undone after it: " + others + ".";
    }

    private Step step(String name) {
        return saga.step(name)
                .orElseThrow(() -> new IllegalStateException(
                        "saga %s has no step %s to be called back".formatted(saga.id(), name)));
    }
}
