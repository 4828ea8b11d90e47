package org.bactrian.barrier;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/** Steps that run on the calling thread, which holds the transaction: the exchange is marked as transacted meanwhile. */
final class TransactedSteps {
    private final Processor steps;

    TransactedSteps(Processor steps) {
        this.steps = steps;
    }

    /** Takes the steps' failure off the exchange; null: they succeeded. A handled one is a failure, too: it left half of the work. */
    @Nullable Exception run(Exchange exchange) {
        exchange.getUnitOfWork().beginTransactedBy(this);
        try {
            steps.process(exchange);
        } catch (Exception e) {
            exchange.setException(e);
        } finally {
            exchange.getUnitOfWork().endTransactedBy(this);
        }
        Exception failure = exchange.getException();
        exchange.setException(null);
        return failure == null && handled(exchange)
                ? new IllegalStateException(
                        "an error inside a local transaction must not be handled there; it was in route %s"
                                .formatted(exchange.getFromRouteId()))
                : failure;
    }

    private static boolean handled(Exchange exchange) {
        var state = exchange.getExchangeExtension();
        return exchange.isRollbackOnly() || (state.isErrorHandlerHandledSet() && state.isErrorHandlerHandled());
    }
}
