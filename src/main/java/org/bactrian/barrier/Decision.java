package org.bactrian.barrier;

import org.bactrian.barrier.History.Entry;
import org.bactrian.saga.Call;

/** What becomes of a call, decided from what its step has left behind, without SQL. */
enum Decision {
    /** Run its steps and record the outcome. */
    RUN,
    /** It ran before: hand back the recorded answer. */
    REPLAY,
    /** It was refused before: refuse with the recorded reason. */
    REFUSE_AGAIN,
    /** An action that came after its compensation: refuse. */
    REFUSE_LATE,
    /** A compensation of nothing: succeed without running the steps, and record it. */
    SKIP,
    /** Completed and compensated exclude each other: apply nothing, fail for good. */
    CONTRADICT;

    static Decision of(Call call, History history) {
        return switch (call) {
            case ACTION ->
                history.of(Call.ACTION).map(entry -> ofAction(entry, history)).orElse(RUN);
            case COMPENSATION -> ofCompensation(history);
            case COMPLETION -> ofCompletion(history);
        };
    }

    private static Decision ofAction(Entry action, History history) {
        return switch (action.outcome()) {
            case REFUSED -> REFUSE_AGAIN;
            case NOTHING -> REFUSE_LATE;
            case APPLIED -> history.has(Call.COMPENSATION) ? REFUSE_LATE : REPLAY;
        };
    }

    private static Decision ofCompensation(History history) {
        if (history.has(Call.COMPLETION)) {
            return CONTRADICT;
        }
        if (history.has(Call.COMPENSATION)) {
            return REPLAY;
        }
        return history.applied(Call.ACTION) ? RUN : SKIP;
    }

    private static Decision ofCompletion(History history) {
        if (history.has(Call.COMPENSATION)) {
            return CONTRADICT;
        }
        if (history.has(Call.COMPLETION)) {
            return REPLAY;
        }
        return history.applied(Call.ACTION) ? RUN : CONTRADICT;
    }
}
