package org.bactrian.camel;

import java.io.InputStream;
import java.io.Reader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeExtension;
import org.apache.camel.Message;
import org.apache.camel.StreamCache;
import org.apache.camel.support.ExchangeHelper;
import org.apache.camel.support.MessageHelper;
import org.jspecify.annotations.Nullable;

/**
 * An exchange as it was before a step. A body that is a stream is cached, so that every attempt can read it; any other
 * body is kept as it is, so nobody may change it in place.
 */
final class Snapshot {
    private final @Nullable Object body;
    private final Map<String, Object> headers;
    private final Map<String, Object> properties;
    private final Map<String, Object> variables;

    Snapshot(Exchange exchange) {
        body = rereadable(exchange);
        headers = new HashMap<>(exchange.getMessage().getHeaders());
        properties = new HashMap<>(exchange.getAllProperties());
        variables = new HashMap<>(exchange.getVariables());
    }

    /** Headers, properties and variables as they were; the body is left alone. */
    void restore(Exchange exchange) {
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        headers.forEach(message::setHeader);
        restore(exchange.getAllProperties().keySet(), properties, exchange::removeProperty, exchange::setProperty);
        restore(exchange.getVariables().keySet(), variables, exchange::removeVariable, exchange::setVariable);
    }

    /** All as it was, the body too, and nothing has failed: what error handlers have noted is gone. */
    void renew(Exchange exchange) {
        ExchangeHelper.prepareOutToIn(exchange);
        exchange.setException(null);
        exchange.setRouteStop(false);
        exchange.setRollbackOnly(false);
        exchange.setRollbackOnlyLast(false);
        ExchangeExtension noted = exchange.getExchangeExtension();
        noted.setRedeliveryExhausted(false);
        noted.setErrorHandlerHandled(null);
        noted.setFailureHandled(false);
        restore(exchange);
        exchange.getMessage().setBody(body);
        MessageHelper.resetStreamCache(exchange.getMessage());
    }

    private static @Nullable Object rereadable(Exchange exchange) {
        Message message = exchange.getMessage();
        boolean once = message.getBody() instanceof InputStream || message.getBody() instanceof Reader;
        if (once && !(message.getBody() instanceof StreamCache)) {
            message.setBody(message.getBody(StreamCache.class));
        }
        return message.getBody();
    }

    private static void restore(
            Set<String> now, Map<String, Object> before, Consumer<String> remove, BiConsumer<String, Object> set) {
        List.copyOf(now).stream().filter(key -> !before.containsKey(key)).forEach(remove);
        before.forEach(set);
    }
}
