package org.bactrian.camel;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.random.RandomGenerator;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.model.LoopDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.SagaDefinition;
import org.apache.camel.model.SagaPropagation;
import org.apache.camel.model.SplitDefinition;
import org.apache.camel.saga.CamelSagaCoordinator;
import org.apache.camel.saga.CamelSagaService;
import org.apache.camel.saga.CamelSagaStep;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.ExchangeHelper;
import org.apache.camel.support.service.ServiceSupport;
import org.bactrian.log.LogListener;
import org.bactrian.log.LoggedSignal;
import org.bactrian.log.NewSaga;
import org.bactrian.log.OwnedSaga;
import org.bactrian.log.SagaLog;
import org.bactrian.log.Submitted;
import org.bactrian.saga.Failure;
import org.bactrian.saga.Headers;
import org.bactrian.saga.Saga;
import org.bactrian.saga.SagaEnded;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaIds;
import org.bactrian.saga.SagaRecord;
import org.bactrian.saga.SagaStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Camel's saga service on the saga log: the {@code saga} EIP, unchanged in YAML, records what it does. Started and
 * stopped with its context, not with a route.
 */
public final class DurableSagaService extends ServiceSupport implements CamelSagaService {
    private static final Logger LOG = LoggerFactory.getLogger(DurableSagaService.class);
    private static final String INTERRUPTED =
            "interrupted: the process that ran it ended before it did. Its steps tell what was done and what was undone.";

    private static final RandomGenerator RANDOM = new Random();

    private final Map<SagaId, SagaCoordinator> live = new ConcurrentHashMap<>();
    private final Map<String, Duration> limits = new ConcurrentHashMap<>();
    private final SagaIds ids;
    private final SagaLog log;
    private final SagaSettings settings;
    private final Services services;
    private final Contents contents;
    private CamelContext context;
    private volatile boolean released;

    /** @param pool the step pool, {@link SagaSettings#poolSize()} threads; belongs to the caller */
    public DurableSagaService(
            CamelContext context, SagaLog log, SagaSettings settings, Executor pool, InstantSource clock) {
        this.context = context;
        this.log = log;
        this.settings = settings;
        this.ids = new SagaIds(clock, RANDOM);
        this.contents = new Contents(settings.recordedHeaders());
        this.services = new Services(settings, log, new Callbacks(context, settings), pool, clock, RANDOM);
    }

    /** Enters a message as a new saga of the pipeline, or finds the one that has its key. Completes on the step pool. */
    CompletableFuture<Submitted> submit(NewSaga saga) {
        requireTaking();
        return log.submit(saga);
    }

    /** @throws RejectedExecutionException if this process stops: nothing is begun that it could not finish */
    void requireTaking() {
        if (released) {
            throw new RejectedExecutionException("this process stops and takes no new sagas");
        }
    }

    /** The time limit that the pipeline's {@code saga} declares; empty if it has none. */
    Optional<Duration> limitOf(String pipeline) {
        return Optional.ofNullable(limits.get(pipeline));
    }

    /** Wraps the {@code saga} node of every step that this service drives, and what numbers steps; to be added to the context before its routes. */
    public InterceptStrategy stepRecording() {
        return (camel, node, target, next) -> {
            if (node instanceof LoopDefinition || node instanceof SplitDefinition) {
                return new IndexScope(target);
            }
            if (!(node instanceof SagaDefinition saga) || saga.getSagaService() != null) {
                return target;
            }
            String routeId = ProcessorDefinitionHelper.getRouteId(saga);
            if (saga.getTimeout() != null) {
                limits.put(routeId, CamelContextHelper.parse(camel, Duration.class, saga.getTimeout()));
            }
            if (CamelContextHelper.parse(camel, SagaPropagation.class, saga.getPropagation())
                    == SagaPropagation.MANDATORY) {
                return new StepRecorder(target, this, routeId);
            }
            requireNothingToCall(routeId, saga);
            return target;
        };
    }

    /** Only steps are recorded: anything else would lose its compensation without a word. */
    private static void requireNothingToCall(String routeId, SagaDefinition saga) {
        if (saga.getCompensation() != null || saga.getCompletion() != null) {
            throw new IllegalArgumentException(
                    "only a saga of propagation MANDATORY, a step, can have a compensation or completion; that of route %s is %s"
                            .formatted(routeId, saga.getPropagation() == null ? "REQUIRED" : saga.getPropagation()));
        }
    }

    SagaId nextId() {
        return ids.next();
    }

    /** Makes a submitted saga live; its exchange must carry the coordinator as {@link Properties#RUN}. */
    SagaCoordinator adopt(SagaId id, int nextSeq, String described) {
        var coordinator = new SagaCoordinator(id, nextSeq, services);
        Instant start = services.clock().instant();
        live.put(id, coordinator);
        services.watch(
                coordinator.settled().thenAccept(status -> {
                    live.remove(id);
                    if (status.isEnd()) {
                        logEnd(
                                coordinator,
                                described,
                                Duration.between(start, services.clock().instant()));
                    }
                }),
                id);
        if (released) {
            coordinator.release();
        }
        return coordinator;
    }

    /** The live saga that the message names, if it names one. */
    Optional<SagaCoordinator> live(Exchange exchange) {
        String lraId = exchange.getMessage().getHeader(Headers.LONG_RUNNING_ACTION, String.class);
        return lraId == null ? Optional.empty() : Optional.ofNullable(live.get(settings.sagaId(lraId)));
    }

    Optional<SagaCoordinator> live(SagaId id) {
        return Optional.ofNullable(live.get(id));
    }

    /** Empty if there is no such saga. Asks the database. */
    Optional<SagaStatus> statusOf(SagaId id) {
        return log.status(id);
    }

    SagaSettings settings() {
        return settings;
    }

    Contents contents() {
        return contents;
    }

    Executor pool() {
        return services.pool();
    }

    void watch(SagaCoordinator coordinator, CompletableFuture<?> work) {
        services.watch(work, coordinator.id());
    }

    /** The coordinator of the pipeline's run; for any other route a new saga without a payload. */
    @Override
    public CompletableFuture<CamelSagaCoordinator> newSaga(Exchange exchange) {
        if (exchange.removeProperty(Properties.ENTRY) instanceof SagaCoordinator run) {
            return CompletableFuture.completedFuture(run);
        }
        String route = String.valueOf(ExchangeHelper.getAtRouteId(exchange));
        var saga = new NewSaga(ids.next(), route, null, limitOf(route).orElse(null));
        try {
            return submit(saga).thenApply(submitted -> adopt(submitted.id(), 0, route));
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Fails with {@link SagaEnded} if the saga does not run here, so that nothing joins what is over. */
    @Override
    public CompletableFuture<CamelSagaCoordinator> getSaga(String lraId) {
        try {
            SagaId id = settings.sagaId(lraId);
            SagaCoordinator coordinator = live.get(id);
            return coordinator == null
                    ? CompletableFuture.failedFuture(new SagaEnded("saga %s does not run".formatted(id)))
                    : CompletableFuture.completedFuture(coordinator);
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public void registerStep(CamelSagaStep step) {
        // nothing to prepare: a step is recorded when it begins
    }

    /** Gives every live saga up, so that exchanges that wait end at once; called when the context begins to stop. */
    public void release() {
        released = true;
        live.values().forEach(SagaCoordinator::release);
        log.release();
    }

    /** A route that stops stops "its" saga service; ours serves all routes and ends with the context only. */
    @Override
    public void stop() {
        if (context.isStopping() || context.isStopped()) {
            super.stop();
        }
    }

    @Override
    protected void doStart() {
        services.callbacks().start();
        log.start(new Owner());
    }

    @Override
    protected void doStop() {
        release();
        services.callbacks().stop();
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }

    @Override
    public void setCamelContext(CamelContext context) {
        this.context = context;
    }

    /** Nobody resumes a claimed saga yet: it is parked for an operator, unless it is. */
    private final class Owner implements LogListener {
        private static final int ROOM = 1_000;

        @Override
        public int room() {
            return ROOM;
        }

        @Override
        public void claimed(OwnedSaga saga) {
            int next = saga.records().stream()
                    .mapToInt(entry -> entry.seq() + 1)
                    .max()
                    .orElse(0);
            if (saga.records().stream().noneMatch(entry -> entry.record() instanceof SagaRecord.Parked)) {
                LOG.warn("saga {} was running when its process ended; it is parked as interrupted", saga.id());
                services.watch(log.append(saga.id(), next, new SagaRecord.Parked(INTERRUPTED)), saga.id());
            }
        }

        @Override
        public void signalled(SagaId saga, LoggedSignal signal) {
            live(saga).ifPresent(run -> run.signals().put(signal.name(), new Signal(signal.type(), signal.content())));
        }

        @Override
        public void fenced() {
            live.values().forEach(SagaCoordinator::release);
        }
    }

    private static void logEnd(SagaCoordinator coordinator, String described, Duration took) {
        String failure = coordinator.ask(Saga::failure).map(Failure::toString).orElse("");
        LOG.atInfo()
                .addKeyValue("saga", coordinator.id())
                .addKeyValue("of", described)
                .addKeyValue("outcome", coordinator.status())
                .addKeyValue("millis", took.toMillis())
                .addKeyValue("failure", failure)
                .log("saga ended");
    }
}
