package org.bactrian.saga;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A saga as its records left it.
 *
 * @param payload empty if no pipeline began it
 * @param nextSeq the number of the next record to append
 * @param takenOver whether it ran before; then its time limit is the log's, or none, and not its route's to set
 * @param open the steps without an outcome, with the time, on the database's clock, at which each may be held to be over
 */
public record Folded(Saga saga, Optional<Content> payload, int nextSeq, boolean takenOver, Map<String, Instant> open) {

    /** A saga that has no record yet but its payload. */
    public static Folded fresh(SagaId id) {
        return new Folded(new Saga(id), Optional.empty(), 1, false, Map.of());
    }

    /** @throws IllegalStateException naming the record, if no saga can have come to these */
    public static Folded of(OwnedSaga owned) {
        var saga = new Saga(owned.id());
        var asked = new HashMap<String, Instant>();
        Optional<Content> payload = Optional.empty();
        int nextSeq = 1; // record 0 is the payload's place, also where there is none
        for (OwnedSaga.Entry entry : owned.records()) {
            saga.apply(entry.record());
            nextSeq = entry.seq() + 1;
            if (entry.record() instanceof SagaRecord.Payload first) {
                payload = Optional.of(first.content());
            } else if (entry.record() instanceof SagaRecord.Begun || entry.record() instanceof SagaRecord.Attempt) {
                asked.put(((SagaRecord.OfStep) entry.record()).step(), entry.at());
            }
        }
        var open = new HashMap<String, Instant>();
        asked.forEach((name, at) -> saga.step(name)
                .filter(step -> step.status() == StepStatus.STARTED)
                .ifPresent(step -> open.put(name, at.plus(step.plan().limit()))));
        return new Folded(saga, payload, nextSeq, true, Map.copyOf(open));
    }
}
