package org.bactrian.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeCreatedEvent;
import org.apache.camel.support.SimpleEventNotifierSupport;
import org.bactrian.RunningApplication;

/** What participants' consumers get, as text: step and call, then the headers that it must be known by. */
final class ReceivedCalls extends SimpleEventNotifierSupport implements AutoCloseable {
    private final RunningApplication application;
    private final List<String> endpoints;
    private final Queue<Received> calls = new ConcurrentLinkedQueue<>();

    /** @param endpoints parts of the addresses that are listened to */
    ReceivedCalls(RunningApplication application, String... endpoints) {
        this.application = application;
        this.endpoints = List.of(endpoints);
        setIgnoreExchangeEvents(false);
        setIgnoreExchangeCreatedEvent(false);
        application.context().getManagementStrategy().addEventNotifier(this);
    }

    List<String> of(String saga) {
        return calls.stream()
                .filter(call -> call.saga().equals(saga))
                .map(Received::text)
                .toList();
    }

    @Override
    public void notify(CamelEvent event) {
        if (event instanceof ExchangeCreatedEvent created) {
            Exchange exchange = created.getExchange();
            String address = exchange.getFromEndpoint().getEndpointUri();
            Message message = exchange.getMessage();
            if (endpoints.stream().anyMatch(address::contains)) {
                calls.add(new Received(message.getHeader("sagaId", "", String.class), text(message)));
            }
        }
    }

    @Override
    public void close() {
        application.context().getManagementStrategy().removeEventNotifier(this);
    }

    private static String text(Message message) {
        var parts = new ArrayList<String>();
        parts.add(message.getHeader("sagaStep") + " " + message.getHeader("sagaCall"));
        String saga = message.getHeader("sagaId", String.class);
        if (message.getHeader("Long-Running-Action", "", String.class).endsWith("/lra-coordinator/" + saga)) {
            parts.add("Long-Running-Action");
        }
        if (message.getHeader("messageType") != null) {
            parts.add(message.getHeader("messageType", String.class));
        }
        if (saga.equals(message.getHeader("kafka.KEY", String.class))) {
            parts.add("key");
        }
        if (message.getHeader(Exchange.CONTENT_TYPE, "", String.class).startsWith("application/json")) {
            parts.add("JSON");
        }
        return String.join(", ", parts);
    }

    private record Received(String saga, String text) {}
}
