package org.bactrian.camel;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.bactrian.saga.Call;
import org.bactrian.saga.Content;
import org.bactrian.saga.SagaRecord;
import org.bactrian.saga.StepName;

/**
 * Stands around the {@code saga} of every step: names it, records its outcome, and hands back what is recorded instead of
 * running it again. What a step of the pipeline's own exchange leaves behind is its recorded result and nothing else.
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
                return super.process(exchange, callback); // the saga node itself says what is wrong
            }
            SagaCoordinator coordinator = live.get();
            boolean own = exchange.getProperty(Properties.RUN) == coordinator;
            String name = StepName.require(IndexScope.name(exchange, routeId));
            exchange.setProperty(Properties.LAST_STEP, name);
            Optional<Content> recorded = own ? coordinator.resultOf(name) : Optional.empty();
            if (recorded.isPresent()) {
                Contents.into(exchange.getMessage(), recorded.get());
                callback.done(true);
                return true;
            }
            return run(exchange, coordinator, name, own, callback);
        } catch (RuntimeException e) {
            exchange.setException(e);
            callback.done(true);
            return true;
        }
    }

    private boolean run(
            Exchange exchange, SagaCoordinator coordinator, String name, boolean own, AsyncCallback callback) {
        var before = new Snapshot(exchange);
        Callbacks.identify(exchange.getMessage(), service.settings(), coordinator.id(), name, Call.ACTION);
        exchange.setProperty(Properties.BEGINNING, name);
        return super.process(exchange, doneSync -> {
            SagaRecord.OfStep outcome = outcome(exchange, name);
            service.watch(coordinator, coordinator.outcome(outcome).handle((written, error) -> {
                if (error != null) {
                    exchange.setException(Outcomes.unwrap(error));
                } else if (own && outcome instanceof SagaRecord.Succeeded succeeded) {
                    before.restore(exchange);
                    Contents.into(exchange.getMessage(), succeeded.result());
                }
                callback.done(false);
                return coordinator;
            }));
        });
    }

    private SagaRecord.OfStep outcome(Exchange exchange, String name) {
        if (exchange.getException() == null) {
            try {
                return new SagaRecord.Succeeded(name, service.contents().of(exchange.getMessage()));
            } catch (IllegalArgumentException e) {
                exchange.setException(new IllegalArgumentException("step %s: %s".formatted(name, e.getMessage()), e));
            }
        }
        return new SagaRecord.Failed(name, Outcomes.failure(exchange.getException()));
    }

    /** An exchange's headers, properties and variables as they were before a step. */
    private static final class Snapshot {
        private final Map<String, Object> headers;
        private final Map<String, Object> properties;
        private final Map<String, Object> variables;

        Snapshot(Exchange exchange) {
            headers = new HashMap<>(exchange.getMessage().getHeaders());
            properties = new HashMap<>(exchange.getAllProperties());
            variables = new HashMap<>(exchange.getVariables());
        }

        void restore(Exchange exchange) {
            Message message = exchange.getMessage();
            message.removeHeaders("*");
            headers.forEach(message::setHeader);
            restore(exchange.getAllProperties().keySet(), properties, exchange::removeProperty, exchange::setProperty);
            restore(exchange.getVariables().keySet(), variables, exchange::removeVariable, exchange::setVariable);
        }

        private static void restore(
                Set<String> now, Map<String, Object> before, Consumer<String> remove, BiConsumer<String, Object> set) {
            List.copyOf(now).stream().filter(key -> !before.containsKey(key)).forEach(remove);
            before.forEach(set);
        }
    }
}
