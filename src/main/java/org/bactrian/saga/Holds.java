package org.bactrian.saga;

import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.bactrian.saga.Surroundings.Alarm;

/**
 * The steps of one saga's run that wait because operators have paused them. When no other action is in flight any more, the
 * saga is given back to the log; undoing waits for nobody. Not thread-safe; its driver guards it.
 */
public final class Holds {
    private final SagaDriver driver;
    private final Saga saga;
    private final Surroundings surroundings;
    private final Journal journal;
    private final Flights flights;
    private final SortedSet<String> held = new TreeSet<>();

    Holds(SagaDriver driver, Saga saga, Surroundings surroundings, Journal journal, Flights flights) {
        this.driver = driver;
        this.saga = saga;
        this.surroundings = surroundings;
        this.journal = journal;
        this.flights = flights;
    }

    /**
     * The run has come to a step that is paused. It waits until the step is not paused any more ({@link #end}), or until the
     * saga is dropped or aborted, as it is at once when another of its steps has failed.
     *
     * @param step of the pipeline's own run, which can be repeated
     * @return false if the step has begun before: it goes on
     * @throws SagaEnded if no step can begin any more
     * @throws SagaReleased if this process does not drive the saga any more
     */
    public boolean hold(String step) {
        journal.requireOpen();
        saga.requireRunning(step);
        if (saga.step(step).isPresent()) {
            return false;
        }
        held.add(step);
        proceed();
        return true;
    }

    /**
     * The step is not paused any more.
     *
     * @return whether it may begin: not if the saga is on its way back to the log
     */
    public boolean end(String step) {
        return journal.isOpen() && held.remove(step);
    }

    /** To be called whenever an action has ended: what is held waits for those in flight, but not longer than their limits. */
    void proceed() {
        if (held.isEmpty()
                || !journal.isOpen()
                || saga.status() != SagaStatus.STARTED
                || saga.parked().isPresent()) {
            return;
        }
        Optional<Failure> failed = saga.failedStep();
        if (failed.isPresent()) {
            driver.abort(failed.get());
        } else {
            flights.left()
                    .ifPresentOrElse(
                            left -> surroundings.wake(left, new Alarm.OthersOver()),
                            () -> journal.giveBack(new SagaRecord.Waiting(held.first())));
        }
    }
}
