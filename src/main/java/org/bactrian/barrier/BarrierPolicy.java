package org.bactrian.barrier;

import javax.sql.DataSource;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.spi.Policy;

/**
 * Runs the steps inside {@code policy} as one local transaction that is applied at most once for each call of a saga's
 * step, and never after it was undone. {@code sql:} endpoints on the same database join the transaction.
 *
 * <p>The headers {@code sagaId}, {@code sagaStep} and {@code sagaCall} name the call. A repeated call gets the recorded
 * answer; a compensation of nothing succeeds; an action after its compensation is refused. If the route asks for it (see
 * {@link Reply}), what is final is answered over Kafka, by the outbox, in the same transaction. Errors leave the barrier as
 * they are: {@link org.bactrian.saga.Refused} (final, recorded), {@link Contradiction} (final), {@link
 * IllegalArgumentException} (a header is missing or malformed), anything else (nothing was applied: ask again).
 */
final class BarrierPolicy implements Policy {
    private final DataSource database;
    private final Outbox outbox;

    /** @param database must hold the table {@code saga_barrier} and be the one that the steps inside write to */
    BarrierPolicy(DataSource database, Outbox outbox) {
        this.database = database;
        this.outbox = outbox;
    }

    /** The steps inside have no error handler: see {@link SuspendedErrorHandler}. The policy itself stays under it. */
    @Override
    public void beforeWrap(Route route, NamedNode definition) {
        SuspendedErrorHandler.suspend(route);
    }

    @Override
    public Processor wrap(Route route, Processor steps) {
        SuspendedErrorHandler.resume(route);
        return new Barrier(database, outbox, steps);
    }
}
