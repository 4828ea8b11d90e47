package org.bactrian.participants;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.saga.CamelSagaCoordinator;
import org.apache.camel.saga.CamelSagaStep;
import org.apache.camel.saga.InMemorySagaService;
import org.apache.camel.support.DefaultExchange;
import org.bactrian.saga.SagaEnded;

/** Camel's sagas in memory, but a join that comes too late fails as Bactrian's do. */
final class TestSagas extends InMemorySagaService {
    private final CamelContext context;

    TestSagas(CamelContext context) throws Exception {
        this.context = context;
        setMaxRetryAttempts(3);
        setRetryDelayInMilliseconds(100);
        context.addService(this);
    }

    /** Its {@code Long-Running-Action}. */
    String begin() {
        return newSaga(new DefaultExchange(context)).join().getId();
    }

    void compensate(String id) {
        var unused = super.getSaga(id)
                .join()
                .compensate(new DefaultExchange(context))
                .join();
    }

    @Override
    public CompletableFuture<CamelSagaCoordinator> getSaga(String id) {
        return super.getSaga(id).thenApply(saga -> new Joinable(id, saga));
    }

    private record Joinable(String id, CamelSagaCoordinator saga) implements CamelSagaCoordinator {
        @Override
        public String getId() {
            return id;
        }

        @Override
        public CompletableFuture<Void> beginStep(Exchange exchange, CamelSagaStep step) {
            return saga.beginStep(exchange, step).exceptionally(failure -> {
                throw new CompletionException(new SagaEnded("saga " + id + " has ended"));
            });
        }

        @Override
        public CompletableFuture<Void> compensate(Exchange exchange) {
            return saga.compensate(exchange);
        }

        @Override
        public CompletableFuture<Void> complete(Exchange exchange) {
            return saga.complete(exchange);
        }
    }
}
