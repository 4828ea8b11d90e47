package org.bactrian.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bactrian.saga.Call;
import org.bactrian.saga.Content;
import org.bactrian.saga.Failure;
import org.bactrian.saga.Failure.Kind;
import org.bactrian.saga.SagaEnded;
import org.bactrian.saga.SagaRecord;
import org.bactrian.saga.SagaReleased;

/** One run of a pipeline: what its route does, step by step. Ends without a trace when its router drops the saga. */
final class Run {
    private final Drive saga;
    private final Router router;
    private final World world;

    Run(Drive saga, Router router, World world) {
        this.saga = saga;
        this.router = router;
        this.world = world;
    }

    void start() {
        stage(0);
    }

    private void stage(int number) {
        List<List<Flow.Part>> stages = saga.flow().stages();
        if (number == stages.size()) {
            end(driver -> driver.complete());
            return;
        }
        List<Flow.Part> parts = stages.get(number);
        var failures = new ArrayList<Failure>();
        var left = new int[] {parts.size()};
        for (Flow.Part part : parts) {
            router.later(
                    world.millis(0, 3),
                    () -> new StepRun(part, failure -> {
                                failure.ifPresent(failures::add);
                                if (--left[0] > 0) {
                                    return;
                                } else if (failures.isEmpty() || saga.flow().swallows()) {
                                    stage(number + 1);
                                } else {
                                    end(driver -> driver.compensate(Optional.of(failures.get(0))));
                                }
                            })
                            .reach());
        }
    }

    private void end(java.util.function.Consumer<org.bactrian.saga.SagaDriver> decision) {
        try {
            saga.decide(decision, () -> {});
        } catch (SagaReleased e) {
            world.note("%s: run dropped", saga.id());
        }
    }

    /** One step of it, over all its attempts. */
    private final class StepRun {
        private final Flow.Part part;
        private final java.util.function.Consumer<Optional<Failure>> then;
        private int attempt;

        StepRun(Flow.Part part, java.util.function.Consumer<Optional<Failure>> then) {
            this.part = part;
            this.then = then;
        }

        void reach() {
            if (saga.isReleased()) {
                return;
            }
            Optional<SagaRecord.OfStep> recorded =
                    saga.ask(driver -> driver.actions().reach(part.name()));
            if (recorded.isEmpty()) {
                begin();
            } else if (recorded.get() instanceof SagaRecord.Failed failed) {
                then.accept(Optional.of(failed.failure()));
            } else {
                then.accept(Optional.empty());
            }
        }

        private void begin() {
            attempt++;
            try {
                saga.decide(driver -> driver.actions().begin(part.name(), part.plan()), this::started);
            } catch (SagaEnded e) {
                then.accept(Optional.of(new Failure(Kind.FAULT, "it has ended")));
            } catch (SagaReleased e) {
                world.note("%s: run dropped", saga.id());
            }
        }

        private void started() {
            try {
                long deadline = saga.ask(driver -> driver.actions().start(part.name()));
                router.requireBegun(saga.id(), part.name());
                Duration most = Duration.ofNanos(Math.max(0, deadline - router.nanos()));
                saga.ask(part, Call.ACTION, most, this::answered);
            } catch (SagaEnded e) {
                answered(Optional.of(new Failure(Kind.FAULT, "it has ended")));
            }
        }

        private void answered(Optional<Failure> failure) {
            if (saga.isReleased()) {
                return;
            } else if (failure.isEmpty()) {
                outcome(new SagaRecord.Succeeded(part.name(), Content.EMPTY), failure);
                return;
            }
            var failed = new SagaRecord.Failed(part.name(), failure.get());
            saga.pause(failed, attempt, again -> {
                if (again) {
                    begin();
                } else {
                    outcome(failed, failure);
                }
            });
        }

        /** The run goes on at once: whatever it does next is on disk only if the outcome is. */
        private void outcome(SagaRecord.OfStep outcome, Optional<Failure> failure) {
            try {
                saga.ask(driver -> driver.actions().outcome(outcome));
                then.accept(failure);
            } catch (SagaReleased e) {
                world.note("%s: run dropped", saga.id());
            }
        }
    }
}
