package org.bactrian.camel;

import java.util.Optional;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.bactrian.saga.Failure;
import org.bactrian.saga.Refused;
import org.bactrian.saga.SagaEnded;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaRecord;
import org.bactrian.saga.SagaReleased;
import org.bactrian.saga.StepName;

/**
 * Stands around the {@code saga} of every step: names it, and hands back what is recorded instead of running it again;
 * what is not recorded is a {@link StepRun}.
 */
final class StepRecorder extends DelegateAsyncProcessor {
    private final DurableSagaService service;
    private final String routeId;

    StepRecorder(Processor saga, DurableSagaService service, String routeId) {
        super(saga);
        this.service = service;
        this.routeId = routeId;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        try {
            Optional<SagaCoordinator> live = service.live(exchange);
            if (live.isEmpty()) {
                return processElsewhere(exchange, callback);
            }
            SagaCoordinator coordinator = live.get();
            boolean own = exchange.getProperty(Properties.RUN) == coordinator;
            String name = StepName.require(IndexScope.name(exchange, routeId));
            exchange.setProperty(Properties.LAST_STEP, name);
            Optional<SagaRecord.OfStep> recorded =
                    own ? coordinator.ask(driver -> driver.actions().reach(name)) : Optional.empty();
            if (recorded.isPresent()) {
                handBack(recorded.get(), exchange);
                callback.done(true);
                return true;
            }
            var run = new StepRun(getProcessor(), service, coordinator, exchange, name, own, callback);
            if (own && service.pauses().holdsStep(routeId)) {
                hold(run, coordinator, name, exchange, callback);
            } else {
                run.ask();
            }
            return false;
        } catch (RuntimeException e) {
            exchange.setException(e);
            callback.done(true);
            return true;
        }
    }

    /** Its exchange waits without a thread; it may be dropped at any time. */
    private void hold(
            StepRun run, SagaCoordinator coordinator, String name, Exchange exchange, AsyncCallback callback) {
        service.watch(coordinator, coordinator.hold(name, routeId).thenAccept(go -> {
            try {
                if (go) {
                    run.ask();
                    return;
                }
                exchange.setException(
                        coordinator.isReleased()
                                ? new SagaReleased(coordinator.id())
                                : new SagaEnded("step %s was not begun: it is paused, and saga %s is over"
                                        .formatted(name, coordinator.id())));
            } catch (RuntimeException e) {
                exchange.setException(e);
            }
            callback.done(false);
        }));
    }

    /** Without a saga to join, the saga node itself says what is wrong. */
    private boolean processElsewhere(Exchange exchange, AsyncCallback callback) {
        Optional<SagaId> named = service.named(exchange);
        if (named.isEmpty()) {
            return super.process(exchange, callback);
        }
        String name = StepName.require(IndexScope.name(exchange, routeId));
        new ElsewhereRun(getProcessor(), service, named.get(), exchange, name, callback).ask();
        return false;
    }

    private static void handBack(SagaRecord.OfStep outcome, Exchange exchange) {
        if (outcome instanceof SagaRecord.Succeeded succeeded) {
            Contents.into(exchange.getMessage(), succeeded.result());
        } else if (outcome instanceof SagaRecord.Failed failed) {
            Failure failure = failed.failure();
            exchange.setException(
                    failure.kind() == Failure.Kind.REFUSED
                            ? new Refused(failure.reason())
                            : new RecordedFailure(failed.step(), failure));
        }
    }
}
