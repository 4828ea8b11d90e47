package org.bactrian.barrier;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.bactrian.saga.Call;

/** What one step of one saga has left at this participant so far: at most one entry for each of its calls. */
record History(Map<Call, Entry> entries) {
    /** @param answer of a refusal: its reason */
    record Entry(Outcome outcome, Answer answer) {}

    static final History EMPTY = new History(Map.of());

    History {
        entries = entries.isEmpty() ? Map.of() : Map.copyOf(new EnumMap<>(entries));
    }

    Optional<Entry> of(Call call) {
        return Optional.ofNullable(entries.get(call));
    }

    boolean has(Call call) {
        return entries.containsKey(call);
    }

    /** Whether the call ran and was committed. */
    boolean applied(Call call) {
        return of(call).filter(entry -> entry.outcome() == Outcome.APPLIED).isPresent();
    }
}
