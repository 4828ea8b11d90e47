package org.bactrian.fault;

import java.util.List;
import java.util.function.Function;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.model.PolicyDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.bactrian.fault.Script.Place;
import org.bactrian.saga.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Runs a saga's {@link Script} around and inside the barriers of all participants; to be bound as a bean. Only barriers
 * stand under {@code policy}.
 */
public final class FaultyBarrier implements InterceptStrategy, CamelContextAware {
    @SuppressWarnings("NullAway.Init")
    private CamelContext context;

    private volatile Function<String, Script> scripts = saga -> Script.NONE;

    @Override
    public CamelContext getCamelContext() {
        return context;
    }

    /** A bean of the configuration would be asked too late otherwise. */
    @Override
    public void setCamelContext(CamelContext camel) {
        context = camel;
        camel.getCamelContextExtension().addInterceptStrategy(this);
    }

    /** @param of the script of a saga */
    void follow(Function<String, Script> of) {
        scripts = of;
    }

    @Override
    public Processor wrapProcessorInInterceptors(CamelContext camel, NamedNode node, Processor target, Processor next) {
        if (node instanceof PolicyDefinition) {
            return around(target, Place.BEFORE, Place.AFTER);
        }
        return endsBarrier(node) ? around(target, null, Place.INSIDE) : target;
    }

    private static boolean endsBarrier(NamedNode node) {
        if (!(node.getParent() instanceof PolicyDefinition barrier)) {
            return false;
        }
        List<ProcessorDefinition<?>> steps = barrier.getOutputs();
        return steps.get(steps.size() - 1) == node;
    }

    private Processor around(Processor target, @Nullable Place before, Place after) {
        return new DelegateAsyncProcessor(target) {
            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                try {
                    if (before != null) {
                        run(exchange, before, target);
                    }
                    target.process(exchange);
                    if (exchange.getException() == null) {
                        run(exchange, after, target);
                    }
                } catch (Exception e) {
                    exchange.setException(e);
                }
                callback.done(true);
                return true;
            }
        };
    }

    private void run(Exchange exchange, Place place, Processor target) throws Exception {
        var message = exchange.getMessage();
        String saga = message.getHeader(Headers.SAGA_ID, String.class);
        if (saga != null) {
            String what = message.getHeader(Headers.SAGA_STEP) + ":" + message.getHeader(Headers.SAGA_CALL);
            scripts.apply(saga).run(place, what, exchange, target);
        }
    }
}
