package org.bactrian.camel;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.bactrian.log.Forwarded;
import org.bactrian.saga.Call;
import org.bactrian.saga.Content;
import org.bactrian.saga.Failure;
import org.bactrian.saga.Folded;
import org.bactrian.saga.LoggedSignal;
import org.bactrian.saga.OperatorWord;
import org.bactrian.saga.SagaDriver;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaRecord;
import org.bactrian.saga.SagaReleased;
import org.bactrian.saga.SagaStatus;
import org.bactrian.saga.Step;
import org.bactrian.saga.Surroundings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One saga's driver, told one thing at a time, and what it asks for, done on the step pool. Futures complete there. */
final class DrivenSaga implements Surroundings {
    private static final Logger LOG = LoggerFactory.getLogger(DrivenSaga.class);

    private final SagaId id;
    private final Services services;
    private final Place place;
    private final Consumer<Content> pipeline;
    private final Signals signals = new Signals();
    private final CompletableFuture<SagaStatus> settled = new CompletableFuture<>();
    private final CompletableFuture<SagaStatus> gone = new CompletableFuture<>();
    private final Turns turns = new Turns();
    private final Map<String, CompletableFuture<Boolean>> pauses = new HashMap<>();
    private final Map<String, Held> holds = new HashMap<>();
    private final SagaDriver driver;
    private CompletableFuture<Void> written = CompletableFuture.completedFuture(null);
    private volatile SagaStatus recorded;
    private volatile boolean lost;

    /**
     * A step that waits.
     *
     * @param route its route's id, by which it is paused
     * @param over completes with whether it goes on
     */
    private record Held(String route, CompletableFuture<Boolean> over) {}

    /** @param pipeline sends a payload into the saga's pipeline */
    DrivenSaga(SagaId id, Folded folded, Services services, Place place, Consumer<Content> pipeline) {
        this.id = id;
        this.services = services;
        this.place = place;
        this.pipeline = pipeline;
        this.driver = services.driver(folded, this);
        this.recorded = driver.recorded();
    }

    Signals signals() {
        return signals;
    }

    /** As {@link SagaCoordinator#recorded}. */
    SagaStatus recorded() {
        return recorded;
    }

    /** As {@link SagaCoordinator#settled}. */
    CompletableFuture<SagaStatus> settled() {
        return settled;
    }

    /** As {@link SagaCoordinator#gone}. */
    CompletableFuture<SagaStatus> gone() {
        return gone;
    }

    /** Tells the driver something, or asks it, when it is told nothing else. */
    <T> T ask(Function<SagaDriver, T> question) {
        return turns.take(() -> question.apply(driver));
    }

    /** As {@link #ask}, but what comes up while the driver is told something is told after it. */
    void tell(Consumer<SagaDriver> event) {
        turns.next(() -> event.accept(driver));
    }

    void signalled(LoggedSignal signal) {
        Optional<OperatorWord> word = OperatorWords.in(signal);
        Optional<Forwarded> forwarded = Forwarded.in(signal);
        if (word.isPresent()) {
            tell(told -> told.hear(word.get()));
        } else if (forwarded.isPresent()) {
            tell(told -> told.actions().joined(forwarded.get().record()));
        } else {
            signals.put(signal);
        }
    }

    /** As {@link Actions#mayAskAgain}; completes on the pool after the pause. */
    CompletableFuture<Boolean> mayAskAgain(SagaRecord.Failed failed, int attempt, Duration wish) {
        return ask(asked -> {
            Optional<Duration> pause = asked.actions().mayAskAgain(failed, attempt, wish);
            if (pause.isEmpty()) {
                return CompletableFuture.completedFuture(false);
            }
            var over = new CompletableFuture<Boolean>()
                    .completeOnTimeout(true, pause.get().toNanos(), TimeUnit.NANOSECONDS);
            pauses.put(failed.step(), over);
            return over.thenApplyAsync(again -> again, services.pool());
        });
    }

    /**
     * Has the run wait before a step that is paused, if it has not begun.
     *
     * @return completes with whether the step may run: at once, when its pause is over, or not at all
     */
    CompletableFuture<Boolean> hold(String step, String route) {
        return ask(asked -> {
            var over = new CompletableFuture<Boolean>();
            if (!services.log().pauses().holdsStep(route)) {
                return CompletableFuture.completedFuture(true); // its end came in between
            }
            holds.put(step, new Held(route, over));
            if (!asked.actions().holds().hold(step)) {
                over.complete(true);
            }
            return over.thenApplyAsync(go -> go, services.pool());
        });
    }

    /** What is not paused any more goes on. */
    void endHolds() {
        ask(asked -> {
            holds.forEach((step, held) -> {
                if (!services.log().pauses().holdsStep(held.route())
                        && asked.actions().holds().end(step)) {
                    held.over().complete(true);
                }
            });
            holds.values().removeIf(held -> held.over().isDone());
            return id;
        });
    }

    /** Another process drives it now. */
    void lose() {
        tell(told -> {
            lost = true;
            told.release();
        });
    }

    /** Completes when all that the driver has recorded in it is on disk. */
    CompletableFuture<Void> onDisk(Consumer<SagaDriver> decision) {
        return decided(asked -> {
            decision.accept(asked);
            return () -> {};
        });
    }

    /**
     * Completes when all that the decision had recorded is on disk, with what is then to be said about it.
     *
     * @param decision throws what is to be said at once
     */
    CompletableFuture<Void> decided(Function<SagaDriver, Runnable> decision) {
        try {
            return turns.take(() -> {
                Runnable then = decision.apply(driver);
                return Outcomes.plain(written.thenRun(then));
            });
        } catch (SagaReleased e) {
            return lost ? services.log().refuse(id) : CompletableFuture.failedFuture(e);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public boolean append(int seq, SagaRecord record) {
        if (record instanceof SagaRecord.Parked parked) {
            LOG.error("saga {} ({}) is parked: {}", id, driver.saga().status(), parked.reason());
        }
        written = services.log().append(id, seq, record);
        boolean taken = !written.isCompletedExceptionally();
        services.watch(
                written.handle((done, error) -> {
                    tell(told -> {
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
        return taken;
    }

    private void refused(int seq, Throwable error) {
        if (error instanceof SagaReleased) {
            lost = true;
            driver.release();
        } else if (error instanceof RejectedExecutionException) {
            driveAnew(); // there was no room: it goes on from what is on disk
        } else {
            driver.notWritten(seq, Outcomes.failure(error).reason());
        }
    }

    @Override
    public void run(Content payload) {
        pipeline.accept(payload);
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
                                    tell(told -> told.answered(step.name(), call, failure));
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
                                        tell(told -> told.woken(alarm));
                                    }
                                },
                                services.pool()),
                id);
    }

    @Override
    public void endPauses() {
        pauses.values().forEach(pause -> pause.complete(false));
        pauses.clear();
        holds.values().forEach(held -> held.over().complete(false));
        holds.clear();
    }

    @Override
    public void settled(RuntimeException why) {
        recorded = driver.recorded();
        signals.close(why);
        place.leave(); // whoever is told of the end may come with the next one
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
