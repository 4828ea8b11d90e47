package org.bactrian.camel;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.saga.CamelSagaCoordinator;
import org.apache.camel.saga.CamelSagaStep;
import org.bactrian.saga.Call;
import org.bactrian.saga.Content;
import org.bactrian.saga.Failure;
import org.bactrian.saga.Folded;
import org.bactrian.saga.LoggedSignal;
import org.bactrian.saga.SagaDriver;
import org.bactrian.saga.SagaEnded;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaRecord;
import org.bactrian.saga.SagaReleased;
import org.bactrian.saga.SagaStatus;
import org.bactrian.saga.Step;
import org.bactrian.saga.Surroundings;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One live saga as Camel knows it: tells the driver, one thing at a time, what happens on exchanges, and does on the step
 * pool what the driver asks for. Futures complete on the step pool.
 */
final class SagaCoordinator implements CamelSagaCoordinator, Surroundings {
    private static final Logger LOG = LoggerFactory.getLogger(SagaCoordinator.class);

    private final SagaId id;
    private final Services services;
    private final BiConsumer<SagaCoordinator, Content> pipeline;
    private final Signals signals = new Signals();
    private final CompletableFuture<SagaStatus> settled = new CompletableFuture<>();
    private final CompletableFuture<SagaStatus> gone = new CompletableFuture<>();
    private final Turns turns = new Turns();
    private final Map<String, CompletableFuture<Boolean>> pauses = new HashMap<>();
    private final boolean takenOver;
    private final SagaDriver driver;
    private boolean limited;
    private CompletableFuture<Void> written = CompletableFuture.completedFuture(null);
    private volatile SagaStatus recorded;

    /** @param pipeline sends a payload into the saga's pipeline */
    SagaCoordinator(SagaId id, Folded folded, Services services, BiConsumer<SagaCoordinator, Content> pipeline) {
        this.id = id;
        this.services = services;
        this.pipeline = pipeline;
        this.takenOver = folded.takenOver();
        this.limited = takenOver; // by the log's limit, or none
        this.driver = services.driver(folded, this);
        this.recorded = driver.recorded();
    }

    SagaId id() {
        return id;
    }

    @Override
    public String getId() {
        return services.settings().lraId(id);
    }

    /** What the log says; what the driver knows is ahead of it while a record is being written. */
    SagaStatus recorded() {
        return recorded;
    }

    /** Completes with the recorded status in which the saga ended, was parked or released. */
    CompletableFuture<SagaStatus> settled() {
        return settled;
    }

    /** As {@link #settled}, but not as long as it is parked: an operator's word may come. */
    CompletableFuture<SagaStatus> gone() {
        return gone;
    }

    boolean isReleased() {
        return ask(SagaDriver::isReleased);
    }

    /** Tells the driver something, or asks it, when it is told nothing else. */
    <T> T ask(Function<SagaDriver, T> question) {
        return turns.take(() -> question.apply(driver));
    }

    private void tell(Runnable event) {
        turns.next(event);
    }

    /** The signal of this name, now or later; shared by all who ask, so never cancel it. */
    CompletableFuture<LoggedSignal> signal(String name) {
        CompletableFuture<LoggedSignal> signal = signals.get(name);
        if (!signal.isDone() && signals.mustBeRead()) {
            services.pool().execute(() -> services.readSignals(this, signals, 1));
            if (takenOver) {
                services.watch(services.log().progressed(id), id);
            }
        }
        return signal;
    }

    /** It is on disk; may be told twice. */
    void signalled(LoggedSignal signal) {
        OperatorWords.in(signal).ifPresentOrElse(word -> tell(() -> driver.hear(word)), () -> signals.put(signal));
    }

    /**
     * Of the step that {@link StepRecorder} or {@link RouteRecorder} announced on the exchange; for the root, sets the saga's time
     * limit.
     */
    @Override
    public CompletableFuture<Void> beginStep(Exchange exchange, CamelSagaStep step) {
        String name = Properties.take(exchange, Properties.BEGINNING);
        boolean root = Properties.takeRoot(exchange, this);
        if (name == null || root) {
            step.getTimeoutInMilliseconds().map(Duration::ofMillis).ifPresent(this::limit);
        }
        if (name == null) {
            return CompletableFuture.completedFuture(null);
        }
        Duration limit = services.settings().stepLimit();
        boolean joined = exchange.getProperty(Properties.RUN) != this;
        if (root) {
            Callbacks.identify(exchange.getMessage(), services.settings(), id, name, Call.ACTION);
        }
        return decided(() -> {
            if (root) {
                driver.beginRoot(name, StepPlans.ofRoot(exchange, step, limit));
            } else {
                driver.begin(name, StepPlans.of(exchange, step, limit, joined));
            }
            return () -> exchange.setProperty(Properties.DEADLINE, ask(asked -> asked.start(name)));
        });
    }

    /** What the saga's route declares; the first limit that is set counts. */
    private void limit(Duration limit) {
        tell(() -> {
            if (!limited) {
                limited = true;
                driver.limit(
                        new Alarm.TimeLimit(limit, "its time limit of %,d ms is over".formatted(limit.toMillis())));
            }
        });
    }

    /** As {@link SagaDriver#mayAskAgain}; completes on the pool after the pause. */
    CompletableFuture<Boolean> mayAskAgain(SagaRecord.Failed failed, int attempt, Duration wish) {
        return turns.take(() -> {
            Optional<Duration> pause = driver.mayAskAgain(failed, attempt, wish);
            if (pause.isEmpty()) {
                return CompletableFuture.completedFuture(false);
            }
            var over = new CompletableFuture<Boolean>()
                    .completeOnTimeout(true, pause.get().toNanos(), TimeUnit.NANOSECONDS);
            pauses.put(failed.step(), over);
            return over.thenApplyAsync(again -> again, services.pool());
        });
    }

    /** The outcome of a step's action; of no effect if the step was never begun. */
    CompletableFuture<Void> outcome(SagaRecord.OfStep outcome) {
        return decided(() -> {
            driver.outcome(outcome);
            return () -> {};
        });
    }

    @Override
    public CompletableFuture<Void> complete(Exchange exchange) {
        return decided(() -> {
            Optional<SagaEnded> refusal = driver.complete();
            return () -> refusal.ifPresent(ended -> {
                throw ended;
            });
        });
    }

    @Override
    public CompletableFuture<Void> compensate(Exchange exchange) {
        Optional<Failure> thrown = Optional.ofNullable(exchange.getException()).map(Outcomes::failure);
        return decided(() -> {
            driver.compensate(thrown);
            return () -> {};
        });
    }

    /** As {@link SagaDriver#rootEnded}; completes once that is on disk. */
    CompletableFuture<Void> rootEnded(@Nullable Exception thrown) {
        Optional<Failure> failure = Optional.ofNullable(thrown).map(Outcomes::failure);
        return decided(() -> {
            driver.rootEnded(failure);
            return () -> {};
        });
    }

    /** As {@link SagaDriver#abort}; completes once that is on disk. */
    CompletableFuture<Void> abort(Failure why) {
        return decided(() -> {
            driver.abort(why);
            return () -> {};
        });
    }

    /** Nothing is done any more until an operator acts; completes once that is on disk. */
    CompletableFuture<Void> park(String reason) {
        return decided(() -> {
            driver.park(reason);
            return () -> {};
        });
    }

    /** Gives the saga up: whoever waits gets {@link SagaReleased}, nothing is recorded from now on. */
    void release() {
        tell(driver::release);
    }

    /**
     * Completes when all that the decision had recorded is on disk, with what is then to be said about it.
     *
     * @param decision throws what is to be said at once
     */
    private CompletableFuture<Void> decided(Supplier<Runnable> decision) {
        try {
            return turns.take(() -> {
                Runnable then = decision.get();
                return Outcomes.plain(written.thenRun(then));
            });
        } catch (SagaReleased e) {
            return services.log().refuse(id);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public void append(int seq, SagaRecord record) {
        if (record instanceof SagaRecord.Parked parked) {
            LOG.error("saga {} ({}) is parked: {}", id, driver.saga().status(), parked.reason());
        }
        written = services.log().append(id, seq, record);
        services.watch(
                written.handle((done, error) -> {
                    tell(() -> {
                        if (error == null) {
                            driver.written(seq);
                            recorded = driver.recorded();
                        } else {
                            refused(seq, Outcomes.unwrap(error));
                        }
                    });
                    return id;
                }),
                id);
    }

    private void refused(int seq, Throwable error) {
        if (error instanceof SagaReleased) {
            driver.release();
        } else if (error instanceof RejectedExecutionException) {
            driveAnew(); // there was no room: it goes on from what is on disk
        } else {
            driver.notWritten(seq, Outcomes.failure(error).reason());
        }
    }

    @Override
    public void run(Content payload) {
        pipeline.accept(this, payload);
    }

    @Override
    public void call(Step step, Call call, int attempt) {
        services.watch(
                CompletableFuture.completedFuture(step)
                        .thenComposeAsync(asked -> services.callbacks().call(id, asked, call, attempt), services.pool())
                        .handleAsync(
                                (done, error) -> {
                                    Optional<Failure> failure =
                                            Optional.ofNullable(error).map(Outcomes::failure);
                                    tell(() -> driver.answered(step.name(), call, failure));
                                    return id;
                                },
                                services.pool()),
                id);
    }

    /** The timer ends when the saga has settled: it would hold the saga in memory. */
    @Override
    public void wake(Duration after, Alarm alarm) {
        services.watch(
                settled.thenApply(status -> false)
                        .completeOnTimeout(true, after.toNanos(), TimeUnit.NANOSECONDS)
                        .thenAcceptAsync(
                                due -> {
                                    if (due) {
                                        tell(() -> driver.woken(alarm));
                                    }
                                },
                                services.pool()),
                id);
    }

    @Override
    public void endPauses() {
        pauses.values().forEach(pause -> pause.complete(false));
        pauses.clear();
    }

    @Override
    public void settled(RuntimeException why) {
        recorded = driver.recorded();
        signals.close(why);
        settled.complete(recorded);
        if (recorded.isEnd() || driver.isReleased()) {
            gone.complete(recorded);
        }
    }

    @Override
    public void driveAnew() {
        driver.release();
        services.driveAnew(id);
    }
}
