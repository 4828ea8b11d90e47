package org.bactrian.camel;

import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.RouteAware;
import org.apache.camel.support.DefaultConsumer;
import org.bactrian.saga.Content;
import org.jspecify.annotations.Nullable;

/** The entry of a pipeline's route: sends a recorded payload into it, on the step pool. */
final class PipelineConsumer extends DefaultConsumer implements RouteAware {
    private final PipelineEndpoint endpoint;
    private final DurableSagaService service;
    private @Nullable Route route;

    PipelineConsumer(PipelineEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.service = SagaServices.of(endpoint);
    }

    /** Returns at once; the saga's coordinator tells what becomes of it. */
    void run(SagaCoordinator saga, Content payload) {
        service.services().pool().execute(() -> {
            Exchange exchange = createExchange(false);
            exchange.setPattern(ExchangePattern.InOnly);
            exchange.setProperty(Properties.RUN, saga);
            exchange.setProperty(Properties.ENTRY, saga);
            Contents.into(exchange.getMessage(), payload);
            try {
                getAsyncProcessor().process(exchange, doneSync -> ended(saga, exchange));
            } catch (RuntimeException e) {
                exchange.setException(e);
                ended(saga, exchange);
            }
        });
    }

    /** What fails before the pipeline's {@code saga} has begun, like an intercepted or rejected exchange, aborts it too. */
    private void ended(SagaCoordinator saga, Exchange exchange) {
        Exception thrown = exchange.getException();
        if (thrown != null) {
            service.watch(saga, saga.abort(Outcomes.failure(thrown)));
        }
        releaseExchange(exchange, false);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        if (route != null && !route.getRouteId().equals(endpoint.getRouteId())) {
            throw new IllegalArgumentException(PipelineFaults.otherName(route.getRouteId(), endpoint.getRouteId()));
        }
        endpoint.getComponent().add(endpoint.getRouteId(), this);
    }

    @Override
    protected void doStop() throws Exception {
        endpoint.getComponent().remove(endpoint.getRouteId(), this);
        super.doStop();
    }

    @Override
    public void setRoute(Route route) {
        this.route = route;
    }

    @Override
    public @Nullable Route getRoute() {
        return route;
    }
}
