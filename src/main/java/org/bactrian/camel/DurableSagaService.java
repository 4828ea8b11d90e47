package org.bactrian.camel;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.random.RandomGenerator;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.saga.CamelSagaCoordinator;
import org.apache.camel.saga.CamelSagaService;
import org.apache.camel.saga.CamelSagaStep;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.ExchangeHelper;
import org.apache.camel.support.service.ServiceSupport;
import org.bactrian.log.NewSaga;
import org.bactrian.log.Pauses;
import org.bactrian.log.SagaLog;
import org.bactrian.log.SignalOutcome;
import org.bactrian.saga.Headers;
import org.bactrian.saga.LoggedSignal;
import org.bactrian.saga.SagaEnded;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaIds;
import org.bactrian.saga.SagaReleased;
import org.bactrian.saga.SagaStatus;

/**
 * Camel's saga service on the saga log: the {@code saga} EIP, unchanged in YAML, records what it does. Started and
 * stopped with its context, not with a route.
 */
public final class DurableSagaService extends ServiceSupport implements CamelSagaService {
    private static final RandomGenerator RANDOM = new Random();

    private final Declared declared = new Declared();
    private final SagaIds ids;
    private final SagaLog log;
    private final SagaSettings settings;
    private final Services services;
    private final Contents contents;
    private final LiveSagas live;
    private final Takeovers takeovers;
    private final Admission admission;
    private CamelContext context;
    private volatile boolean released;
    private volatile Duration databaseAhead = Duration.ZERO;

    /** @param pool the step pool, {@link SagaSettings#poolSize()} threads; belongs to the caller */
    public DurableSagaService(
            CamelContext context, SagaLog log, SagaSettings settings, Executor pool, InstantSource clock) {
        this.context = context;
        this.log = log;
        this.settings = settings;
        this.ids = new SagaIds(clock, RANDOM);
        this.contents = new Contents(settings.recordedHeaders());
        this.services = new Services(
                settings,
                log,
                new Places(settings.limits().running(), log::fill),
                new Callbacks(context, settings, declared),
                pool,
                clock,
                () -> clock.instant().plus(databaseAhead),
                RANDOM);
        this.live = new LiveSagas(services);
        this.takeovers = new Takeovers(context, live, declared, services);
        this.admission = new Admission(services, live, declared);
    }

    /** As {@link Admission#submit}. */
    CompletableFuture<Entered> submit(NewSaga saga, String described, Admission.Source source) {
        requireTaking();
        return admission.submit(saga, described, source);
    }

    /** As {@link Admission#isOpen}. */
    public boolean isOpen() {
        return admission.isOpen();
    }

    /** How many sagas run here, those not counted that only wait in {@code await:}. */
    public int running() {
        return services.places().taken();
    }

    /** How many sagas are in memory here. */
    public int liveSagas() {
        return live.size();
    }

    /** How many new sagas were refused here, because too many waited. */
    public long refusedSagas() {
        return admission.refused();
    }

    /** @throws RejectedExecutionException if this process stops: nothing is begun that it could not finish */
    void requireTaking() {
        if (released) {
            throw new RejectedExecutionException("this process stops and takes no new sagas");
        }
    }

    /** The time limit that the pipeline's {@code saga} declares; empty if it has none. */
    Optional<Duration> limitOf(String pipeline) {
        return declared.limit(pipeline);
    }

    /** Records what every {@code saga} that this service drives does, and numbers steps; to be added to the context before its routes. */
    public InterceptStrategy stepRecording() {
        return new StepRecording(this, declared);
    }

    SagaId nextId() {
        return ids.next();
    }

    /** The saga that the message names, if it names one. */
    Optional<SagaId> named(Exchange exchange) {
        return Optional.ofNullable(exchange.getMessage().getHeader(Headers.LONG_RUNNING_ACTION, String.class))
                .map(settings::sagaId);
    }

    /**
     * The same if it is driven here.
     *
     * @throws SagaReleased if the exchange is a run that was dropped: the saga goes on in another one by now
     */
    Optional<SagaCoordinator> live(Exchange exchange) {
        if (exchange.getProperty(Properties.RUN) instanceof SagaCoordinator run && run.isReleased()) {
            throw new SagaReleased(run.id());
        }
        Optional<SagaCoordinator> found = named(exchange).flatMap(live::get);
        if (found.isPresent() && Properties.isDroppedRun(exchange, found.get().id(), found.get())) {
            throw new SagaReleased(found.get().id()); // in between the next driver came: its steps are not this run's
        }
        return found;
    }

    Optional<SagaCoordinator> live(SagaId id) {
        return live.get(id);
    }

    /** Completes once it is on disk, or dropped for good; whoever drives the saga is told. */
    CompletableFuture<SignalOutcome> signal(SagaId saga, LoggedSignal signal) {
        return log.signal(saga, signal);
    }

    Pauses pauses() {
        return log.pauses();
    }

    /** How operators pause and resume what runs here. */
    public OperatorPauses operatorPauses() {
        return new OperatorPauses(
                this,
                () -> context.getComponent("pipeline", PipelineComponent.class).names(),
                declared::steps);
    }

    /** As operators have just said; other processes see it within a heartbeat. */
    void pausesChanged() {
        pauses().read();
        live.endHolds();
        log.claim();
    }

    Takeovers takeovers() {
        return takeovers;
    }

    SagaSettings settings() {
        return settings;
    }

    Services services() {
        return services;
    }

    Contents contents() {
        return contents;
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
            return submit(saga, route, Admission.Source.PACED)
                    .thenApply(entered -> entered.live()
                            .orElseThrow(
                                    () -> new SagaReleased(entered.submitted().id())));
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /**
     * Fails with {@link SagaEnded} if the saga is over, so that nothing joins it; one that runs but not here, not yet or not
     * any more is an {@link ElsewhereSaga}.
     */
    @Override
    public CompletableFuture<CamelSagaCoordinator> getSaga(String lraId) {
        try {
            SagaId id = settings.sagaId(lraId);
            return live.get(id)
                    .<CompletableFuture<CamelSagaCoordinator>>map(CompletableFuture::completedFuture)
                    .orElseGet(() -> Outcomes.plain(CompletableFuture.supplyAsync(() -> notLive(id), services.pool())));
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Only what the log says is over is too late: a saga that is being taken over is not live for a moment. */
    private CamelSagaCoordinator notLive(SagaId id) {
        if (log.status(id).filter(status -> status == SagaStatus.STARTED).isPresent()) {
            return new ElsewhereSaga(id, services);
        }
        throw new SagaEnded("saga %s does not run".formatted(id));
    }

    @Override
    public void registerStep(CamelSagaStep step) {
        // nothing to prepare: a step is recorded when it begins
    }

    /**
     * Makes the change while no pipeline runs here: runs are dropped, wherever they are, and go on from their records on the
     * routes that are there afterwards. What is submitted meanwhile is taken and waits. Blocks as long as the change does.
     *
     * @return how many runs were dropped
     */
    public int betweenRuns(Runnable change) {
        return new Interlude(live, services).around(() -> {
            change.run();
            declared.keepOnly(route -> context.getRoute(route) != null);
        });
    }

    /** Whether a change is being made {@link #betweenRuns}. */
    boolean isBetweenRuns() {
        return live.isSetAside();
    }

    /** The saga is this process's, but there is no route to run it: it is taken over when there is. */
    void handBack(SagaCoordinator saga) {
        saga.release();
        log.handOver(saga.id());
    }

    /** Gives every live saga up, so that exchanges that wait end at once; called when the context begins to stop. */
    public void release() {
        released = true;
        live.close();
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
    protected void doStart() throws Exception {
        Instant databaseNow = log.now(); // read first: rather too late by the round trip than too early
        databaseAhead = Duration.between(services.clock().instant(), databaseNow);
        pauses().read();
        services.callbacks().start();
        log.start(takeovers);
        context.addStartupListener(new RoutesRun(() -> {
            takeovers.open();
            log.claim();
        }));
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
}
