package org.bactrian.camel;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;
import org.apache.camel.saga.CamelSagaCoordinator;
import org.apache.camel.saga.CamelSagaStep;
import org.bactrian.log.Forwarded;
import org.bactrian.log.SignalOutcome;
import org.bactrian.saga.SagaEnded;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaRecord;
import org.bactrian.saga.SagaReleased;
import org.bactrian.saga.SagaStatus;
import org.bactrian.saga.StepPlan;

/**
 * A saga that another process drives, or nobody for a moment: whoever joins it here asks its owner to record the begin, and runs
 * when the log shows it. So a join is either called back at the end or refused, whichever process its event came to.
 */
final class ElsewhereSaga implements CamelSagaCoordinator {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(10);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(200);

    private final SagaId id;
    private final Services services;

    ElsewhereSaga(SagaId id, Services services) {
        this.id = id;
        this.services = services;
    }

    @Override
    public String getId() {
        return services.settings().lraId(id);
    }

    /**
     * Completes when the begin is recorded and the saga is STARTED; fails with {@link SagaEnded} if it is not, and with {@link
     * SagaReleased} if nobody records the begin within the step's limit: then it may be asked again.
     */
    @Override
    public CompletableFuture<Void> beginStep(Exchange exchange, CamelSagaStep step) {
        if (Properties.isDroppedRun(exchange, id, null)) {
            return CompletableFuture.failedFuture(new SagaReleased(id)); // it stays announced: it has not begun
        }
        String name = Properties.take(exchange, Properties.BEGINNING);
        if (name == null) {
            return CompletableFuture.completedFuture(null); // its time limit is set where it is driven
        }
        try {
            StepPlan plan = StepPlans.of(exchange, step, services.settings().stepLimit(), true);
            Instant end = services.clock().instant().plus(plan.limit());
            return Outcomes.plain(say(new SagaRecord.Begun(name, plan)).thenCompose(said -> {
                if (said == SignalOutcome.ENDED || said == SignalOutcome.UNKNOWN_SAGA) {
                    throw new SagaEnded("step %s cannot begin: saga %s does not run".formatted(name, id));
                }
                return begun(name, end, FIRST_PAUSE);
            }));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Completes when it is on disk; whoever drives the saga records it. */
    CompletableFuture<SignalOutcome> say(SagaRecord.OfStep record) {
        return services.log().signal(id, new Forwarded(record).signal());
    }

    @Override
    public CompletableFuture<Void> complete(Exchange exchange) {
        return CompletableFuture.failedFuture(new SagaReleased(id));
    }

    @Override
    public CompletableFuture<Void> compensate(Exchange exchange) {
        return CompletableFuture.failedFuture(new SagaReleased(id));
    }

    private CompletableFuture<Void> begun(String step, Instant end, Duration pause) {
        SagaStatus status = services.log()
                .status(id)
                .orElseThrow(() -> new SagaEnded("saga %s does not exist any more".formatted(id)));
        if (status != SagaStatus.STARTED) {
            throw new SagaEnded("step %s cannot begin: saga %s is %s".formatted(step, id, status));
        }
        if (services.log().hasBegun(id, step)) {
            return CompletableFuture.completedFuture(null);
        }
        if (!services.clock().instant().isBefore(end)) {
            throw new SagaReleased(id);
        }
        Duration doubled = pause.multipliedBy(2);
        Duration next = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
        return services.pause(pause).thenCompose(over -> begun(step, end, next));
    }
}
