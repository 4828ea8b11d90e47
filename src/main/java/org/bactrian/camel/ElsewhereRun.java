package org.bactrian.camel;

import java.util.concurrent.CompletableFuture;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.Exchange;
import org.bactrian.saga.Call;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaRecord;

/** A step that joins a saga which is not driven here: begins as {@link ElsewhereSaga} says, and tells the owner its outcome. */
final class ElsewhereRun {
    private final AsyncProcessor saga;
    private final DurableSagaService service;
    private final SagaId id;
    private final Exchange exchange;
    private final String name;
    private final AsyncCallback callback;

    ElsewhereRun(
            AsyncProcessor saga,
            DurableSagaService service,
            SagaId id,
            Exchange exchange,
            String name,
            AsyncCallback callback) {
        this.saga = saga;
        this.service = service;
        this.id = id;
        this.exchange = exchange;
        this.name = name;
        this.callback = callback;
    }

    /** Returns at once; the callback is told when the outcome is on disk. */
    void ask() {
        Callbacks.identify(exchange.getMessage(), service.settings(), id, name, Call.ACTION);
        exchange.setProperty(Properties.BEGINNING, name);
        saga.process(exchange, doneSync -> {
            if (Properties.take(exchange, Properties.BEGINNING) != null) {
                callback.done(false); // it never came to begin
                return;
            }
            var unused = told().handle((said, error) -> {
                if (error != null) {
                    exchange.setException(Outcomes.unwrap(error));
                }
                callback.done(false);
                return exchange;
            });
        });
    }

    private CompletableFuture<?> told() {
        try {
            return new ElsewhereSaga(id, service.services()).say(outcome());
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private SagaRecord.OfStep outcome() {
        return exchange.getException() == null
                ? new SagaRecord.Succeeded(name, service.contents().of(exchange.getMessage()))
                : new SagaRecord.Failed(name, Outcomes.failure(exchange.getException()));
    }
}
