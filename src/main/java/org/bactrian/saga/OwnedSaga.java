package org.bactrian.saga;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A saga that this instance drives from now on, as the log has it.
 *
 * @param key null: not begun by a pipeline
 * @param deadline null: no time limit
 * @param claims how often it was taken from a dead owner since it last made progress, this time included
 * @param records all of them, in order; their places are their sequence numbers from 0 on, or from 1 on if it has no payload
 * @param signals all of them
 */
public record OwnedSaga(
        SagaId id,
        String pipeline,
        @Nullable String key,
        @Nullable Instant deadline,
        int claims,
        List<Entry> records,
        List<LoggedSignal> signals) {

    /** @param at on the database's clock */
    public record Entry(int seq, SagaRecord record, Instant at) {}

    public OwnedSaga {
        records = List.copyOf(records);
        signals = List.copyOf(signals);
    }
}
