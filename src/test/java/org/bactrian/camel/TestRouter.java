package org.bactrian.camel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.direct.DirectComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.errorhandler.NoErrorHandlerDefinition;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.awaitility.Awaitility;
import org.bactrian.log.LogSettings;
import org.bactrian.log.LogText;
import org.bactrian.log.SagaLog;
import org.bactrian.participants.TestDatabase;
import org.bactrian.saga.Headers;
import org.bactrian.saga.Refused;
import org.bactrian.saga.RetryPause;
import org.bactrian.saga.SagaId;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A router with its saga service on a real database, and one participant that a test tells what to do. */
final class TestRouter implements AutoCloseable {
    static final int THREADS = 4;

    private static final SagaLimits MANY = new SagaLimits(1_000, 1_000, 1_000);

    private static final AtomicLong KEYS = new AtomicLong();

    final DefaultCamelContext context = new DefaultCamelContext();
    final DurableSagaService service;
    /** What the participant was asked, like {@code a action}, and what tests add. */
    final List<String> calls = Collections.synchronizedList(new ArrayList<>());

    /** The same with the saga's id before it: the idempotency keys. */
    final List<String> keys = Collections.synchronizedList(new ArrayList<>());

    private final Map<String, Processor> answers = new ConcurrentHashMap<>();
    private final ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    private final DataSource database;
    private final SagaLog log;
    private final ProducerTemplate template;

    TestRouter(DataSource database) {
        this(database, null);
    }

    /** @param executor runs what the service does instead of its pool; null for the pool */
    TestRouter(DataSource database, @Nullable Executor executor) {
        this(database, TestDatabase.unpooled(database), executor, false, MANY);
        start();
    }

    /**
     * One with these limits, and with its routes and answers before it starts.
     *
     * @param alone whether it declares all others dead then
     */
    static TestRouter unstarted(DataSource database, SagaLimits limits, boolean alone) {
        return new TestRouter(database, TestDatabase.unpooled(database), null, alone, limits);
    }

    /** The same that ends like a process that is killed. */
    static TestRouter unstarted(Mortal life, SagaLimits limits) {
        return new TestRouter(life, life.unpooled(), life, true, limits);
    }

    /** One that is to have its routes and answers before it starts, and with it declares all others dead. */
    static TestRouter unstarted(DataSource database) {
        return new TestRouter(database, TestDatabase.unpooled(database), null, true, MANY);
    }

    /** The same that ends like a process that is killed. */
    static TestRouter unstarted(Mortal life) {
        return new TestRouter(life, life.unpooled(), life, true, MANY);
    }

    private TestRouter(
            DataSource database, DataSource unpooled, @Nullable Executor executor, boolean alone, SagaLimits limits) {
        this.database = database;
        var settings = new SagaSettings(
                "http://localhost:8080",
                Duration.ofSeconds(10),
                new RetryPause(Duration.ofMillis(1), Duration.ofMillis(4), 3),
                Set.of("traceparent"),
                THREADS,
                limits);
        Executor steps = executor == null ? pool : executor;
        log = new SagaLog(database, unpooled, new LogSettings(Duration.ofSeconds(5), alone), steps);
        service = new DurableSagaService(context, log, settings, steps, InstantSource.system());
        try {
            context.addService(service);
            context.getCamelContextExtension().addInterceptStrategy(service.stepRecording());
            context.getCamelContextExtension().setErrorHandlerFactory(new NoErrorHandlerDefinition());
            context.getShutdownStrategy().setTimeout(2);
            context.getComponent("direct", DirectComponent.class).setBlock(false);
            context.getRegistry().bind("stageResults", new StageResults());
            context.getRegistry().bind("participant", (Processor) this::participate);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        template = context.createProducerTemplate();
    }

    TestRouter start() {
        context.start();
        template.start();
        return this;
    }

    /** Starts these routes. */
    TestRouter with(String... yaml) {
        try {
            PluginHelper.getRoutesLoader(context)
                    .loadRoutes(ResourceHelper.fromString(
                            "test-%d.camel.yaml".formatted(KEYS.incrementAndGet()), String.join("", yaml)));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return this;
    }

    /** @param call like {@code a action} or {@code a#1 compensation} */
    TestRouter on(String call, Processor answer) {
        answers.put(call, answer);
        return this;
    }

    TestRouter refuses(String call, String reason) {
        return on(call, exchange -> {
            throw new Refused(reason);
        });
    }

    TestRouter bind(String name, Object bean) {
        context.getRegistry().bind(name, bean);
        return this;
    }

    private void participate(Exchange exchange) throws Exception {
        Message message = exchange.getMessage();
        String call = message.getHeader(Headers.SAGA_STEP) + " " + message.getHeader(Headers.SAGA_CALL);
        calls.add(call);
        keys.add(message.getHeader(Headers.SAGA_ID) + " " + call);
        Processor answer = answers.get(call);
        if (answer != null) {
            answer.process(exchange);
        }
    }

    /** Submits to the pipeline {@code p} under a new key; the saga's id. */
    String submit(Object body) {
        Exchange done = submit("k-" + KEYS.incrementAndGet(), body, "");
        assertThat(done.getException()).isNull();
        return done.getMessage().getHeader(Headers.SAGA_ID, String.class);
    }

    /** Does not wait for the answer, which a router that ends does not give. */
    void submitUnanswered(String key, Object body) {
        var unused = template.asyncRequestBodyAndHeader("pipeline:p?key=${header.key}", body, "key", key);
    }

    Future<?> sendAndForget(String uri, Object body, Map<String, Object> headers) {
        return template.asyncRequestBodyAndHeaders(uri, body, headers);
    }

    Exchange submit(String key, Object body, String prefer) {
        return request("pipeline:p?key=${header.key}&prefer=${header.prefer}", exchange -> {
            exchange.getMessage().setHeader("key", key);
            exchange.getMessage().setHeader("prefer", prefer);
            exchange.getMessage().setBody(body);
        });
    }

    Exchange signal(String sagaId, String name, String type, Object body) {
        return request("signal:" + name, exchange -> {
            exchange.getMessage().setHeader(Headers.SAGA_ID, sagaId);
            exchange.getMessage().setHeader(Headers.MESSAGE_TYPE, type);
            exchange.getMessage().setBody(body);
        });
    }

    /** Sends from outside the pipeline, as another consumer's exchange does. */
    Exchange send(String uri, Object body, Map<String, Object> headers) {
        return request(uri, exchange -> {
            exchange.getMessage().setBody(body);
            exchange.getMessage().setHeaders(new HashMap<>(headers));
        });
    }

    /** An exchange that never ends is a failure, not a test that hangs. */
    private Exchange request(String uri, Processor fill) {
        Exchange exchange = context.getEndpoint(uri).createExchange(ExchangePattern.InOut);
        try {
            fill.process(exchange);
            return template.asyncSend(uri, exchange).get(15, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException("the exchange to " + uri + " must end", e);
        }
    }

    /** The saga that the route began last. */
    String begunBy(String route) {
        return JdbcClient.create(database)
                .sql("SELECT saga_id FROM saga WHERE pipeline = ? ORDER BY saga_id DESC LIMIT 1")
                .param(route)
                .query(String.class)
                .single();
    }

    String lraId(String sagaId) {
        return service.settings().lraId(SagaId.of(sagaId));
    }

    /** Waits until the log says this of the saga, and nothing else. */
    void assertLog(String sagaId, String expected) {
        Awaitility.await()
                .atMost(10, TimeUnit.SECONDS)
                .pollInterval(10, TimeUnit.MILLISECONDS)
                .untilAsserted(() -> assertThat(LogText.of(database, sagaId)).isEqualTo(expected));
    }

    /** In more than the limit of a step without one of its own, after which an interrupted action is held to be over. */
    void assertLogContains(String sagaId, String line) {
        Awaitility.await()
                .atMost(20, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(LogText.of(database, sagaId)).contains(line));
    }

    /** Waits until no exchange is on its way, so that late records are written. */
    void awaitSettled() {
        Awaitility.await().until(() -> context.getInflightRepository().size() == 0);
    }

    void awaitCalls(String... expected) {
        Awaitility.await()
                .atMost(10, TimeUnit.SECONDS)
                .pollInterval(10, TimeUnit.MILLISECONDS)
                .untilAsserted(() -> assertThat(List.copyOf(calls)).contains(expected));
    }

    /** Whether it is driven here: neither ended nor parked nor released. */
    boolean isLive(String sagaId) {
        return service.live(SagaId.of(sagaId))
                .filter(saga -> !saga.settled().isDone())
                .isPresent();
    }

    /** As the metric says. */
    long refusedRecords() {
        return log.refused();
    }

    static void pass(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(10, TimeUnit.SECONDS)).as("the latch opens").isTrue();
    }

    /** What a killed process leaves is nothing but the log: no release, and here nothing to wait for either. */
    void abandon() {
        context.getShutdownStrategy().setTimeUnit(TimeUnit.MILLISECONDS);
        context.getShutdownStrategy().setTimeout(1);
        log.close();
        close();
    }

    @Override
    public void close() {
        service.release();
        context.stop();
        log.close();
        pool.shutdownNow();
    }
}
