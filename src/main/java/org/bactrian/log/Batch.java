package org.bactrian.log;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bactrian.log.Entry.Append;
import org.bactrian.log.Entry.Progress;
import org.bactrian.log.Entry.Say;
import org.bactrian.log.Entry.Submit;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaStatus;
import org.jspecify.annotations.Nullable;

/** What one statement writes: its entries by kind, each in the order in which all instances write theirs. */
final class Batch {
    private final List<Entry> entries;
    private final List<Submit> submits = new ArrayList<>();
    private final List<Append> appends = new ArrayList<>();
    private final List<Progress> progress = new ArrayList<>();
    private final List<Say> signals = new ArrayList<>();

    /** @param entries as {@link WriteQueue} cuts them; none for a mere heartbeat */
    Batch(List<? extends Entry> entries) {
        this.entries = List.copyOf(entries);
        for (Entry entry : entries) {
            if (entry instanceof Submit submit) {
                submits.add(submit);
            } else if (entry instanceof Append append) {
                appends.add(append);
            } else if (entry instanceof Progress reached) {
                progress.add(reached);
            } else if (entry instanceof Say say) {
                signals.add(say);
            }
        }
        submits.sort(Comparator.comparing(submit -> lockOrder(submit.entered()))); // else two instances deadlock
        signals.sort(Comparator.comparing((Say say) -> say.saga().value())
                .thenComparing(say -> say.signal().name()));
    }

    List<Entry> entries() {
        return entries;
    }

    List<Submit> submits() {
        return submits;
    }

    /** First in, first out. */
    List<Append> appends() {
        return appends;
    }

    List<Progress> progress() {
        return progress;
    }

    List<Say> signals() {
        return signals;
    }

    /** What the appends make of each saga's row, taken together. */
    List<Change> changes() {
        var changes = new LinkedHashMap<SagaId, Change>();
        appends.stream()
                .filter(Append::isProgress) // else claims would never be counted up to a saga that kills its routers
                .forEach(append -> changes.merge(
                        append.saga(),
                        new Change(
                                append.saga(), append.status(), append.failure(), append.parked(), append.waitsFor()),
                        Change::then));
        progress.forEach(reached ->
                changes.merge(reached.saga(), new Change(reached.saga(), null, null, null, null), Change::then));
        return changes.values().stream()
                .sorted(Comparator.comparing(change -> change.saga().value()))
                .toList();
    }

    /** The entries of each saga by themselves, or if there is one saga only, each entry. */
    List<List<Entry>> parts() {
        Map<SagaId, List<Entry>> sagas = new LinkedHashMap<>();
        entries.forEach(entry ->
                sagas.computeIfAbsent(entry.saga(), saga -> new ArrayList<>()).add(entry));
        return sagas.size() > 1
                ? List.copyOf(sagas.values())
                : entries.stream().map(List::of).toList();
    }

    /** Null: stays as it is; parked is empty if the saga is not any more; who waits is nobody's. */
    record Change(
            SagaId saga,
            @Nullable SagaStatus status,
            @Nullable String failure,
            @Nullable String parked,
            @Nullable String waitsFor) {
        Change then(Change next) {
            return new Change(
                    saga,
                    next.status == null ? status : next.status,
                    next.failure == null ? failure : next.failure,
                    next.parked == null ? parked : next.parked,
                    next.waitsFor == null ? waitsFor : next.waitsFor);
        }
    }

    private static String lockOrder(NewSaga saga) {
        return saga.submission() == null
                ? ""
                : saga.pipeline() + "\u0000" + saga.submission().key();
    }
}
