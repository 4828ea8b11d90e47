package org.bactrian.camel;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultAsyncProducer;
import org.apache.camel.support.MessageHelper;
import org.bactrian.camel.Admission.Source;
import org.bactrian.log.NewSaga;
import org.bactrian.log.NewSaga.Submission;
import org.bactrian.log.Submitted;
import org.bactrian.saga.Content;
import org.bactrian.saga.Headers;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaStatus;
import org.jspecify.annotations.Nullable;

/** Submits the message as a saga; the exchange goes on when the saga is on disk, or when it has ended if that is preferred. */
final class PipelineProducer extends DefaultAsyncProducer {
    private static final int MAX_KEY_LENGTH = 200;

    /** Between two looks at a saga that is not driven here, or not yet: the first, and the longest. */
    private static final Duration LOOK = Duration.ofMillis(100);

    private static final Duration LONGEST_LOOK = Duration.ofMillis(800);

    private final PipelineEndpoint endpoint;
    private final DurableSagaService service;
    private final Expression key;
    private final @Nullable Expression prefer;

    PipelineProducer(PipelineEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
        this.service = SagaServices.of(endpoint);
        if (endpoint.getKey() == null) {
            throw new IllegalArgumentException(
                    "pipeline:%s needs a key, for example key=${header.orderId}".formatted(endpoint.getRouteId()));
        }
        this.key = SagaServices.simple(endpoint, endpoint.getKey());
        this.prefer = endpoint.getPrefer() == null ? null : SagaServices.simple(endpoint, endpoint.getPrefer());
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        CompletableFuture<SagaStatus> answer;
        boolean waited;
        try {
            service.requireTaking();
            requirePipeline();
            Content payload = Storable.require(service.contents().of(exchange.getMessage()));
            String businessKey = key(exchange);
            Duration wait = wait(exchange);
            waited = !wait.isZero();
            String described = endpoint.getRouteId() + "/" + businessKey;
            answer = service.submit(saga(businessKey, payload), described, source(exchange, waited))
                    .thenCompose(entered -> {
                        Submitted submitted = entered.submitted();
                        answer(exchange.getMessage(), submitted);
                        if (submitted.isNew()) {
                            entered.live().ifPresent(saga -> run(saga, payload));
                        }
                        return waited
                                ? awaited(exchange, entered, System.nanoTime() + wait.toNanos())
                                : CompletableFuture.completedFuture(submitted.status());
                    });
        } catch (RuntimeException e) {
            exchange.setException(e);
            callback.done(true);
            return true;
        }
        var unused = answer.handleAsync(
                (status, error) -> {
                    if (error == null) {
                        exchange.getMessage().setHeader("sagaStatus", status.name());
                        exchange.getMessage().setHeader("sagaEnded", waited && status.isEnd());
                    } else {
                        exchange.setException(Outcomes.unwrap(error));
                    }
                    callback.done(false);
                    return exchange;
                },
                service.services().pool());
        return false;
    }

    /** One that is being replaced will be there when the saga runs. */
    private void requirePipeline() {
        PipelineComponent pipelines = endpoint.getComponent();
        if (pipelines.find(endpoint.getRouteId()).isEmpty() && !service.isBetweenRuns()) {
            pipelines.consumer(endpoint.getRouteId()); // asked again: it may have been replaced in between
        }
    }

    private void run(SagaCoordinator saga, Content payload) {
        endpoint.getComponent()
                .find(endpoint.getRouteId())
                .ifPresentOrElse(pipeline -> pipeline.run(saga, payload), () -> service.handBack(saga));
    }

    private Source source(Exchange exchange, boolean waited) {
        if (exchange.getProperty(Properties.RUN) != null || exchange.getProperty(Properties.AT_WORK) != null) {
            return waited ? Source.WAITING_SAGA : Source.PACED;
        }
        return endpoint.isPaced() ? Source.PACED : Source.CLIENT;
    }

    private NewSaga saga(String businessKey, Content payload) {
        var submission = new Submission(businessKey, BodyHash.of(payload.body()), payload);
        Optional<Duration> limit = service.limitOf(endpoint.getRouteId());
        return new NewSaga(service.nextId(), endpoint.getRouteId(), submission, limit.orElse(null));
    }

    private String key(Exchange exchange) {
        String value = key.evaluate(exchange, String.class);
        MessageHelper.resetStreamCache(exchange.getMessage());
        if (value == null || value.isBlank() || value.length() > MAX_KEY_LENGTH || !isText(value)) {
            throw new Unstorable("the key of pipeline:%s must be 1 to %d printable characters, not all blank; %s has %d"
                    .formatted(
                            endpoint.getRouteId(),
                            MAX_KEY_LENGTH,
                            endpoint.getKey(),
                            value == null ? 0 : value.length()));
        }
        return value;
    }

    private Duration wait(Exchange exchange) {
        String header = prefer == null ? null : prefer.evaluate(exchange, String.class);
        return header == null ? Duration.ZERO : Prefer.waitOf(header);
    }

    private void answer(Message message, Submitted submitted) {
        message.setHeader(Headers.SAGA_ID, submitted.id().toString());
        message.setHeader(Headers.LONG_RUNNING_ACTION, service.settings().lraId(submitted.id()));
        message.setHeader("sagaIsNew", submitted.isNew());
    }

    /** A saga that waits for another one leaves it its place meanwhile. */
    private CompletableFuture<SagaStatus> awaited(Exchange exchange, Entered entered, long until) {
        Runnable goesOn =
                exchange.getProperty(Properties.RUN) instanceof SagaCoordinator run ? run.rest(exchange) : () -> {};
        return CompletableFuture.completedFuture(entered)
                .thenCompose(one -> ended(one.live(), one.submitted().id(), until))
                .whenComplete((status, error) -> goesOn.run());
    }

    /** The end if it comes in time and is on disk, else how the saga stands; one that another process drives is asked for. */
    private CompletableFuture<SagaStatus> ended(Optional<SagaCoordinator> live, SagaId id, long until) {
        if (live.isEmpty()) {
            return asked(id, until, LOOK);
        }
        SagaCoordinator saga = live.get();
        return saga.settled()
                .thenApply(Optional::of)
                .completeOnTimeout(Optional.empty(), until - System.nanoTime(), TimeUnit.NANOSECONDS)
                .thenComposeAsync(
                        end -> end.isPresent() && saga.isReleased()
                                ? asked(id, until, LOOK)
                                : CompletableFuture.completedFuture(end.orElseGet(saga::recorded)),
                        service.services().pool());
    }

    /** One that waits in the log may be driven here by the next look. */
    private CompletableFuture<SagaStatus> asked(SagaId id, long until, Duration pause) {
        SagaStatus status =
                service.services().log().status(id).orElseThrow(() -> new IllegalStateException("no saga " + id));
        if (status.isEnd() || System.nanoTime() + pause.toNanos() > until) {
            return CompletableFuture.completedFuture(status);
        }
        Duration doubled = pause.multipliedBy(2);
        Duration next = doubled.compareTo(LONGEST_LOOK) < 0 ? doubled : LONGEST_LOOK;
        return service.services().pause(pause).thenCompose(over -> {
            Optional<SagaCoordinator> live = service.live(id).filter(saga -> !saga.isReleased());
            return live.isPresent() ? ended(live, id, until) : asked(id, until, next);
        });
    }

    private static boolean isText(String value) {
        return value.codePoints()
                .noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE);
    }
}
