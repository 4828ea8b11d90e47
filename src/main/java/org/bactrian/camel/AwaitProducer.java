package org.bactrian.camel;

import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.support.DefaultAsyncProducer;
import org.bactrian.saga.Headers;
import org.bactrian.saga.LoggedSignal;
import org.bactrian.saga.Refused;
import org.bactrian.saga.SagaEnded;
import org.jspecify.annotations.Nullable;

/** Parks the callback of the exchange in the saga's {@link Signals}; no thread waits. */
final class AwaitProducer extends DefaultAsyncProducer {
    private final AwaitEndpoint endpoint;
    private final DurableSagaService service;
    private final Expression name;
    private final Set<String> failOn;

    AwaitProducer(AwaitEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
        this.service = SagaServices.of(endpoint);
        this.name = SagaServices.simple(endpoint, endpoint.getName());
        this.failOn = endpoint.getFailOn() == null
                ? Set.of()
                : Arrays.stream(endpoint.getFailOn().split(","))
                        .map(String::trim)
                        .collect(Collectors.toSet());
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        CompletableFuture<LoggedSignal> signal;
        Runnable goesOn;
        try {
            SagaCoordinator saga = service.live(exchange)
                    .orElseThrow(() -> new SagaEnded("await: needs a running saga; the header %s is '%s'"
                            .formatted(
                                    Headers.LONG_RUNNING_ACTION,
                                    exchange.getMessage().getHeader(Headers.LONG_RUNNING_ACTION))));
            String asked = name.evaluate(exchange, String.class);
            Duration most = limit(exchange);
            signal = saga.signal(asked)
                    .copy()
                    .orTimeout(most.toNanos(), TimeUnit.NANOSECONDS) // not a moment before the limit
                    .exceptionallyCompose(error -> CompletableFuture.failedFuture(said(error, asked, most)));
            goesOn = signal.isDone() || endpoint.isHoldsPlace() ? () -> {} : saga.rest(exchange);
        } catch (RuntimeException e) {
            exchange.setException(e);
            callback.done(true);
            return true;
        }
        var unused = signal.handleAsync(
                (answer, error) -> {
                    goesOn.run();
                    if (error == null) {
                        take(exchange, answer);
                    } else {
                        exchange.setException(Outcomes.unwrap(error));
                    }
                    callback.done(false);
                    return exchange;
                },
                service.services().pool());
        return false;
    }

    private void take(Exchange exchange, LoggedSignal answer) {
        Contents.into(exchange.getMessage(), answer.content());
        exchange.getMessage().setHeader(Headers.MESSAGE_TYPE, answer.type());
        if (failOn.contains(answer.type())) {
            exchange.setException(new Refused(Outcomes.reasonIn(answer.content().body(), answer.type())));
        }
    }

    /** What is left of the running call's limit, or the endpoint's own if that is less. */
    private Duration limit(Exchange exchange) {
        Long deadline = exchange.getProperty(Properties.DEADLINE, Long.class);
        Duration left = deadline == null
                ? service.settings().stepLimit()
                : Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
        @Nullable Duration own = endpoint.getTimeout();
        return own != null && own.compareTo(left) < 0 ? own : left;
    }

    private static Throwable said(Throwable error, String name, Duration most) {
        Throwable cause = Outcomes.unwrap(error);
        return cause instanceof TimeoutException
                ? new TimeoutException("no signal %s within %,d ms".formatted(name, most.toMillis()))
                : cause;
    }
}
