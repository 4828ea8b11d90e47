package org.bactrian.simulation;

import java.util.function.Consumer;
import org.bactrian.saga.Content;
import org.bactrian.saga.LoggedSignal;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaRecord;

/** Something that a router wants written, and who is told what became of it. */
sealed interface Entry {
    SagaId saga();

    Consumer<Outcome> then();

    enum Outcome {
        WRITTEN,
        /** A signal of that name was there before. */
        REPEATED,
        /** Another process drives the saga. */
        NOT_MINE,
        /** The saga has ended. */
        LATE,
        /** The database does not take it. */
        BAD,
        /** Nobody knows; it may be looked for in the log. */
        UNKNOWN
    }

    record Submit(SagaId saga, Content payload, Flow flow, Consumer<Outcome> then) implements Entry {}

    record Append(SagaId saga, int seq, SagaRecord record, Consumer<Outcome> then) implements Entry {}

    record Say(SagaId saga, LoggedSignal signal, Consumer<Outcome> then) implements Entry {}

    /** Nothing, but after all that was to be written before, and a sign of life. */
    record Progress(SagaId saga, Consumer<Outcome> then) implements Entry {}
}
