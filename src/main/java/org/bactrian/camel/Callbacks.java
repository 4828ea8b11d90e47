package org.bactrian.camel;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.apache.camel.spi.ProducerCache;
import org.apache.camel.support.cache.DefaultProducerCache;
import org.apache.camel.support.service.ServiceSupport;
import org.bactrian.saga.Call;
import org.bactrian.saga.Content;
import org.bactrian.saga.Headers;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.Step;

/**
 * Calls a step's completion or compensation endpoint: the ids and the step's options as headers, the recorded result, if
 * there is one, as body.
 */
final class Callbacks extends ServiceSupport {
    private static final int CACHED_PRODUCERS = 1_000;

    /** What a route that waits has left to say itself why it failed. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final CamelContext context;
    private final SagaSettings settings;
    private final Declared declared;
    private final ProducerCache producers;

    Callbacks(CamelContext context, SagaSettings settings, Declared declared) {
        this.context = context;
        this.declared = declared;
        this.settings = settings;
        this.producers = new DefaultProducerCache(this, context, CACHED_PRODUCERS);
    }

    /**
     * Completes when the endpoint's route has ended well, else with what it threw, or when the step's limit is over.
     *
     * @param attempt from the second on the step's route as it is now says what is called, so that editing it can mend a saga
     */
    CompletableFuture<Void> call(SagaId saga, Step step, Call call, int attempt) {
        String recorded = step.plan().callback(call).orElseThrow();
        String uri =
                attempt == 1 ? recorded : declared.callback(step.name(), call).orElse(recorded);
        Endpoint endpoint = context.getEndpoint(uri);
        Exchange exchange = endpoint.createExchange(ExchangePattern.InOut);
        exchange.setProperty(
                Properties.DEADLINE, System.nanoTime() + step.plan().limit().toNanos());
        Message message = exchange.getMessage();
        Contents.into(message, step.result().orElse(Content.EMPTY));
        step.plan().options().forEach(message::setHeader);
        identify(message, settings, saga, step.name(), call);
        return producers
                .asyncSendExchange(endpoint, ExchangePattern.InOut, null, null, exchange, null)
                .thenCompose(done -> done.getException() == null
                        ? CompletableFuture.<Void>completedFuture(null)
                        : CompletableFuture.failedFuture(done.getException()))
                .orTimeout(step.plan().limit().plus(GRACE).toMillis(), TimeUnit.MILLISECONDS)
                .exceptionallyCompose(error -> CompletableFuture.failedFuture(said(error, step, call)));
    }

    private static Throwable said(Throwable error, Step step, Call call) {
        Throwable cause = Outcomes.unwrap(error);
        return cause instanceof TimeoutException && cause.getMessage() == null
                ? new TimeoutException("%s of %s did not end within %,d ms"
                        .formatted(
                                call.header(), step.name(), step.plan().limit().toMillis()))
                : cause;
    }

    /** Sets the headers that make up the idempotency key, and the saga's id in LRA's form; its exchange is at the saga's work. */
    static void identify(Message message, SagaSettings settings, SagaId saga, String step, Call call) {
        message.setHeader(Headers.LONG_RUNNING_ACTION, settings.lraId(saga));
        message.setHeader(Headers.SAGA_ID, saga.toString());
        message.setHeader(Headers.SAGA_STEP, step);
        message.setHeader(Headers.SAGA_CALL, call.header());
        message.getExchange().setProperty(Properties.AT_WORK, true);
    }

    @Override
    protected void doStart() {
        producers.start();
    }

    @Override
    protected void doStop() {
        producers.stop();
    }
}
