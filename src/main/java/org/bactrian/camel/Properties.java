package org.bactrian.camel;

import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.Exchange;
import org.bactrian.saga.SagaId;
import org.jspecify.annotations.Nullable;

/** Exchange properties by which our parts know each other; never headers, so that no caller can set them. */
final class Properties {
    /** The {@link SagaCoordinator} of a pipeline's run; only on its own exchange and the copies of it. */
    static final String RUN = "bactrianRun";

    /** The same coordinator, until the pipeline's own {@code saga} takes it: one that begins inside is another saga. */
    static final String ENTRY = "bactrianEntry";

    /** The name of the step that is about to begin; taken away by the one it is for. */
    static final String BEGINNING = "bactrianBeginning";

    /**
     * An {@code AtomicReference} for the {@link SagaCoordinator} of the saga that the route is about to begin, as whose first
     * step it is recorded; taken away by that coordinator.
     */
    static final String ROOT = "bactrianRoot";

    /** On every exchange that does a saga's work, in its actions, wherever they run, and its callbacks. */
    static final String AT_WORK = "bactrianAtWork";

    /** {@code System.nanoTime()} at which the running call's limit is over, a Long. */
    static final String DEADLINE = "bactrianDeadline";

    /** The name of the step that this exchange has just been through; {@link StageResults} keys by it. */
    static final String LAST_STEP = "bactrianLastStep";

    private Properties() {}

    /** The property's value, which is then gone; null if there is none. */
    static @Nullable String take(Exchange exchange, String name) {
        return (String) exchange.removeProperty(name);
    }

    /** Whether the exchange is a run of the saga that was dropped: the saga goes on in another one, and this one must end. */
    static boolean isDroppedRun(Exchange exchange, SagaId saga, @Nullable SagaCoordinator driven) {
        return exchange.getProperty(RUN) instanceof SagaCoordinator run
                && run != driven
                && run.id().equals(saga);
    }

    /** Whether the saga was to be begun by the route that the exchange is in, as its first step; that is told then. */
    static boolean takeRoot(Exchange exchange, SagaCoordinator saga) {
        if (exchange.removeProperty(ROOT) instanceof AtomicReference<?> begun) {
            @SuppressWarnings("unchecked") // nobody else sets it
            var reference = (AtomicReference<SagaCoordinator>) begun;
            reference.set(saga);
            return true;
        }
        return false;
    }
}
