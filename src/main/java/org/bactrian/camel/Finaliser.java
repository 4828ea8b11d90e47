package org.bactrian.camel;

import static org.bactrian.saga.Call.COMPENSATION;
import static org.bactrian.saga.Call.COMPLETION;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.bactrian.saga.Call;
import org.bactrian.saga.Failure;
import org.bactrian.saga.Saga;
import org.bactrian.saga.SagaEnded;
import org.bactrian.saga.SagaRecord;
import org.bactrian.saga.SagaReleased;
import org.bactrian.saga.SagaStatus;
import org.bactrian.saga.Step;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a saga that is COMPLETING or ABORTING to its end: completions in parallel, compensations in reverse order of
 * begin, each tried again with growing pauses until it succeeds or the saga is parked. A refusal is final and parks at
 * once: asking again would change nothing.
 */
final class Finaliser {
    private static final Logger LOG = LoggerFactory.getLogger(Finaliser.class);

    private final SagaCoordinator coordinator;
    private final Services services;

    Finaliser(SagaCoordinator coordinator, Services services) {
        this.coordinator = coordinator;
        this.services = services;
    }

    /** Returns at once; the coordinator's {@code settled} tells the end. */
    void finish() {
        SagaStatus status = coordinator.status();
        CompletableFuture<Void> end = switch (status) {
            case COMPLETING -> completeAll().thenCompose(done -> coordinator.append(new SagaRecord.Completed()));
            case ABORTING -> compensateAll().thenCompose(done -> coordinator.append(new SagaRecord.Aborted()));
            case COMPLETED, ABORTED -> CompletableFuture.completedFuture(null);
            case STARTED ->
                throw new IllegalStateException(
                        "saga %s must be ending to be finished, is STARTED".formatted(coordinator.id()));
        };
        services.watch(
                end.exceptionallyCompose(error -> Outcomes.unwrap(error) instanceof Parking
                                ? CompletableFuture.completedFuture(null)
                                : CompletableFuture.failedFuture(error))
                        .thenRun(() -> coordinator.settle(new SagaEnded(
                                "saga %s is %s%s".formatted(coordinator.id(), coordinator.status(), parked())))),
                coordinator.id());
    }

    private String parked() {
        return coordinator.ask(Saga::parked).isPresent() ? " and parked" : "";
    }

    private CompletableFuture<Void> completeAll() {
        return CompletableFuture.allOf(coordinator.ask(Saga::toComplete).stream()
                .map(step -> call(step, COMPLETION))
                .toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<Void> compensateAll() {
        List<Step> left = coordinator.ask(Saga::toCompensate);
        return left.isEmpty()
                ? CompletableFuture.completedFuture(null)
                : call(left.get(0), COMPENSATION).thenCompose(done -> compensateAll());
    }

    /** Attempts are counted on from the log: a restart gives a callback no more of them. */
    private CompletableFuture<Void> call(Step step, Call call) {
        int before = coordinator.ask(saga -> step.callbackAttempts());
        int most = services.settings().callbackPause().attempts();
        if (before >= most) {
            return park(step, call, "was interrupted in attempt %d of %d".formatted(before, most));
        }
        return call(step, call, before + 1, before == 0 ? "" : Flights.INTERRUPTED);
    }

    private CompletableFuture<Void> call(Step step, Call call, int attempt, String lastError) {
        return coordinator
                .append(
                        call == COMPLETION
                                ? new SagaRecord.StepCompleting(step.name(), attempt, lastError)
                                : new SagaRecord.StepCompensating(step.name(), attempt, lastError))
                .thenComposeAsync(
                        written -> services.callbacks().call(coordinator.id(), step, call, attempt), services.pool())
                .thenApply(done -> Optional.<Throwable>empty())
                .exceptionally(Optional::of)
                .thenComposeAsync(
                        error -> error.isPresent()
                                ? again(step, call, attempt, Outcomes.unwrap(error.get()))
                                : done(step, call),
                        services.pool());
    }

    /** Not waited for: nothing that is recorded later is on disk before it. */
    private CompletableFuture<Void> done(Step step, Call call) {
        CompletableFuture<Void> written = coordinator.append(
                call == COMPLETION
                        ? new SagaRecord.StepCompleted(step.name())
                        : new SagaRecord.StepCompensated(step.name()));
        services.watch(written, coordinator.id());
        return written.isCompletedExceptionally() ? written : CompletableFuture.completedFuture(null);
    }

    private CompletableFuture<Void> again(Step step, Call call, int attempt, Throwable error) {
        if (error instanceof SagaReleased) {
            return CompletableFuture.failedFuture(error);
        }
        Failure failure = Outcomes.failure(error);
        if (failure.kind() == Failure.Kind.REFUSED) {
            return park(step, call, "was refused: %s; final, so it was not asked again".formatted(failure.reason()));
        }
        if (attempt >= services.settings().callbackPause().attempts()) {
            return park(
                    step, call, "failed %d of %d attempts, last \"%s\"".formatted(attempt, attempt, failure.reason()));
        }
        return services.pause(services.settings().callbackPause().after(attempt, services.random()))
                .thenCompose(over -> call(step, call, attempt + 1, failure.reason()));
    }

    /** The saga stays as it is until an operator acts: the returned future fails, so that nothing follows on it. */
    private CompletableFuture<Void> park(Step step, Call call, String what) {
        String message = "%s of %s %s. Mend the participant; what is not %s yet is listed with the saga's steps."
                .formatted(call.header(), step.name(), what, call == COMPLETION ? "confirmed" : "undone");
        LOG.error("saga {} ({}) is parked: {}", coordinator.id(), coordinator.status(), message);
        return coordinator
                .append(new SagaRecord.Parked(message))
                .thenCompose(parked -> CompletableFuture.failedFuture(new Parking()));
    }

    /** Ends this callback's part; the other completions go on and the saga settles after them. */
    private static final class Parking extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Parking() {
            super("parked", null, false, false);
        }
    }
}
