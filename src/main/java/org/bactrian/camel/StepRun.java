package org.bactrian.camel;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.Exchange;
import org.bactrian.saga.Call;
import org.bactrian.saga.Failure;
import org.bactrian.saga.SagaEnded;
import org.bactrian.saga.SagaRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One step on its exchange: asks the action, in the pipeline's own exchange again as long as it gets no answer and may,
 * and records what came of it. What such a step leaves behind is its recorded result and nothing else.
 */
final class StepRun {
    private static final Logger LOG = LoggerFactory.getLogger(StepRun.class);

    private final AsyncProcessor saga;
    private final DurableSagaService service;
    private final SagaCoordinator coordinator;
    private final Exchange exchange;
    private final String name;
    private final AsyncCallback callback;
    private final @Nullable Snapshot before;
    private int attempt = 1;
    private @Nullable Failure unanswered;

    /** @param own whether the exchange is the pipeline's; that of a joined participant is its consumer's to ask again */
    StepRun(
            AsyncProcessor saga,
            DurableSagaService service,
            SagaCoordinator coordinator,
            Exchange exchange,
            String name,
            boolean own,
            AsyncCallback callback) {
        this.saga = saga;
        this.service = service;
        this.coordinator = coordinator;
        this.exchange = exchange;
        this.name = name;
        this.before = own ? new Snapshot(exchange) : null;
        this.callback = callback;
    }

    /** Returns at once; the callback is told when the outcome is on disk. */
    void ask() {
        if (before != null) {
            coordinator.place().begun(name);
        }
        Callbacks.identify(exchange.getMessage(), service.settings(), coordinator.id(), name, Call.ACTION);
        exchange.setProperty(Properties.BEGINNING, name);
        saga.process(exchange, doneSync -> service.watch(coordinator, answered()));
    }

    private CompletableFuture<?> answered() {
        SagaRecord.OfStep outcome = outcome();
        if (before == null || !(outcome instanceof SagaRecord.Failed failed)) {
            return end(outcome);
        }
        return coordinator
                .mayAskAgain(failed, attempt, Outcomes.retryAfter(exchange.getException()))
                .thenCompose(again -> again
                        ? askAgain(before, failed.failure())
                        : end(outcome).thenApply(done -> null));
    }

    private CompletableFuture<Void> askAgain(Snapshot fresh, Failure why) {
        attempt++;
        unanswered = why;
        LOG.atInfo()
                .addKeyValue("saga", coordinator.id())
                .addKeyValue("step", name)
                .addKeyValue("attempt", attempt)
                .addKeyValue("error", why.reason())
                .log("step got no answer and is asked again");
        try {
            fresh.renew(exchange);
            ask();
            return CompletableFuture.completedFuture(null);
        } catch (RuntimeException e) {
            exchange.setException(e);
            return end(outcome()).thenApply(done -> null);
        }
    }

    /** A pipeline's own step goes on at once: whatever it does next is on disk only if the outcome is. */
    private CompletableFuture<?> end(SagaRecord.OfStep outcome) {
        coordinator.place().ended(name);
        CompletableFuture<Void> written = coordinator.outcome(outcome);
        if (before != null && !written.isCompletedExceptionally()) {
            if (outcome instanceof SagaRecord.Succeeded succeeded) {
                before.restore(exchange);
                Contents.into(exchange.getMessage(), succeeded.result());
            }
            callback.done(false);
            return CompletableFuture.completedFuture(null);
        }
        return written.handle((done, error) -> {
            if (error != null) {
                exchange.setException(Outcomes.unwrap(error));
            }
            callback.done(false);
            return coordinator;
        });
    }

    private boolean isLate() {
        Long deadline = exchange.getProperty(Properties.DEADLINE, Long.class);
        return deadline != null && System.nanoTime() - deadline > 0;
    }

    private SagaRecord.OfStep outcome() {
        if (exchange.getException() == null && before != null && isLate()) {
            exchange.setException(new TimeoutException("its action ended only after its limit"));
        }
        if (exchange.getException() == null) {
            try {
                return new SagaRecord.Succeeded(name, service.contents().of(exchange.getMessage()));
            } catch (IllegalArgumentException e) {
                exchange.setException(new IllegalArgumentException("step %s: %s".formatted(name, e.getMessage()), e));
            }
        }
        if (unanswered != null && exchange.getException() instanceof SagaEnded) {
            return new SagaRecord.Failed(name, unanswered); // the saga has ended before it could be asked again
        }
        return new SagaRecord.Failed(name, Outcomes.failure(exchange.getException()));
    }
}
