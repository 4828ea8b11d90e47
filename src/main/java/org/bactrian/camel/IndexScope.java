package org.bactrian.camel;

import java.util.List;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.jspecify.annotations.Nullable;

/**
 * Stands around every loop and split: Camel leaves a loop's index on the exchange for ever, and nobody would see that one
 * is inside another. Steps are named by the index, so both would give wrong names.
 */
final class IndexScope extends DelegateAsyncProcessor {
    /** Set inside a loop or split that is in another one: no index names a step uniquely there. */
    private static final String NESTED = "bactrianNested";

    private static final List<String> SCOPED = List.of(Exchange.LOOP_INDEX, Exchange.LOOP_SIZE, NESTED);

    IndexScope(Processor loop) {
        super(loop);
    }

    /**
     * The name of a step of this route here.
     *
     * @throws IllegalStateException if it would not be unique
     */
    static String name(Exchange exchange, String routeId) {
        if (exchange.getProperty(NESTED) != null) {
            throw new IllegalStateException(
                    "step %s cannot run in a loop or split inside another one: its name would not be unique"
                            .formatted(routeId));
        }
        Object index = index(exchange);
        return index == null ? routeId : routeId + "#" + index;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        List<Object> before = SCOPED.stream()
                .map(name -> exchange.getProperty(name, "", Object.class))
                .toList();
        if (index(exchange) != null) {
            exchange.setProperty(NESTED, true);
        }
        return super.process(exchange, doneSync -> {
            for (int i = 0; i < SCOPED.size(); i++) {
                if (before.get(i).equals("")) {
                    exchange.removeProperty(SCOPED.get(i));
                } else {
                    exchange.setProperty(SCOPED.get(i), before.get(i));
                }
            }
            callback.done(doneSync);
        });
    }

    private static @Nullable Object index(Exchange exchange) {
        Object loop = exchange.getProperty(Exchange.LOOP_INDEX);
        return loop == null ? exchange.getProperty(Exchange.SPLIT_INDEX) : loop;
    }
}
