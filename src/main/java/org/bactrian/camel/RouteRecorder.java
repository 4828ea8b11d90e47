package org.bactrian.camel;

import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.model.SagaPropagation;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.bactrian.saga.Headers;
import org.bactrian.saga.StepName;
import org.jspecify.annotations.Nullable;

/**
 * Stands around the {@code saga} of a route that is to be called back without being a step by its propagation: in a saga
 * that is there already it is a step like any other; of one that it begins it is the first, and its action is its whole
 * route.
 */
final class RouteRecorder extends DelegateAsyncProcessor {
    private final StepRecorder asStep;
    private final DurableSagaService service;
    private final String routeId;
    private final SagaPropagation propagation;

    /** @param propagation any under which a {@code saga} can be called back */
    RouteRecorder(Processor saga, DurableSagaService service, String routeId, SagaPropagation propagation) {
        super(saga);
        this.asStep = new StepRecorder(saga, service, routeId);
        this.service = service;
        this.routeId = routeId;
        this.propagation = propagation;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        boolean inSaga = exchange.getMessage().getHeader(Headers.LONG_RUNNING_ACTION) != null;
        if (inSaga && propagation != SagaPropagation.REQUIRES_NEW) {
            return asStep.process(exchange, callback);
        }
        return propagation == SagaPropagation.SUPPORTS ? super.process(exchange, callback) : begin(exchange, callback);
    }

    private boolean begin(Exchange exchange, AsyncCallback callback) {
        var begun = new AtomicReference<SagaCoordinator>();
        try {
            exchange.setProperty(Properties.BEGINNING, StepName.require(routeId));
        } catch (IllegalArgumentException e) {
            exchange.setException(e);
            callback.done(true);
            return true;
        }
        exchange.setProperty(Properties.ROOT, begun);
        return super.process(exchange, doneSync -> {
            exchange.removeProperty(Properties.BEGINNING);
            exchange.removeProperty(Properties.ROOT);
            ended(begun.get(), exchange, callback);
        });
    }

    /** Where the end of the saga is left to others, that of its first step is not: it is on disk before the caller goes on. */
    private void ended(@Nullable SagaCoordinator saga, Exchange exchange, AsyncCallback callback) {
        if (saga == null) {
            callback.done(false);
            return;
        }
        service.watch(saga, saga.rootEnded(exchange.getException()).handle((written, error) -> {
            if (error != null && exchange.getException() == null) {
                exchange.setException(Outcomes.unwrap(error));
            }
            callback.done(false);
            return saga;
        }));
    }
}
