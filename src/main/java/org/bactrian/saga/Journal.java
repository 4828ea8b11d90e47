package org.bactrian.saga;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One saga's records on their way: folded at once, numbered, and known to be on disk or refused later. Not thread-safe; its
 * driver guards it.
 */
final class Journal {
    private final Saga saga;
    private final Surroundings surroundings;
    private final Map<Integer, SagaRecord> unwritten = new HashMap<>();
    private int nextSeq;
    private SagaStatus recorded;
    private State state = State.OPEN;
    private boolean turnedAway;

    private enum State {
        OPEN,
        /** A record was refused for good: what is folded is not what the log has. */
        BROKEN,
        RELEASED
    }

    Journal(Saga saga, int nextSeq, Surroundings surroundings) {
        this.saga = saga;
        this.nextSeq = nextSeq;
        this.surroundings = surroundings;
        this.recorded = saga.status();
    }

    /** What the log says. */
    SagaStatus recorded() {
        return recorded;
    }

    boolean isOpen() {
        return state == State.OPEN;
    }

    boolean isBroken() {
        return state == State.BROKEN;
    }

    boolean isReleased() {
        return state == State.RELEASED;
    }

    void release() {
        state = State.RELEASED;
    }

    /** @throws SagaReleased if nothing can be recorded any more */
    void requireOpen() {
        if (!isOpen()) {
            throw new SagaReleased(saga.id());
        }
    }

    /** @throws SagaReleased if nothing can be recorded any more */
    void append(SagaRecord record) {
        requireOpen();
        saga.apply(record);
        send(record);
    }

    /** The record of that number, which is on disk; empty if nothing follows on it any more. */
    Optional<SagaRecord> written(int seq) {
        Optional<SagaRecord> record = Optional.ofNullable(unwritten.remove(seq));
        if (isReleased()) {
            return Optional.empty();
        }
        record.ifPresent(this::note);
        return record;
    }

    /**
     * The record of that number is not on disk, nor will be what follows on it: the saga is parked.
     *
     * @return whether not even that can be recorded
     */
    boolean notWritten(int seq, String why) {
        SagaRecord record = unwritten.remove(seq);
        if (record == null || isReleased()) {
            return false;
        } else if (isBroken()) {
            return record instanceof SagaRecord.Parked;
        }
        state = State.BROKEN;
        send(new SagaRecord.Parked(
                "its record %d cannot be written: %s. What was done is in the log up to there; mend the cause, then POST /api/sagas/%s/retry."
                        .formatted(seq, why, saga.id())));
        return false;
    }

    /** What follows on a record that was not taken in must not be written without it. */
    private void send(SagaRecord record) {
        if (!turnedAway) {
            unwritten.put(nextSeq, record);
            turnedAway = !surroundings.append(nextSeq++, record);
        }
    }

    private void note(SagaRecord record) {
        if (record instanceof SagaRecord.Completing) {
            recorded = SagaStatus.COMPLETING;
        } else if (record instanceof SagaRecord.Aborting) {
            recorded = SagaStatus.ABORTING;
        } else if (record instanceof SagaRecord.Completed) {
            recorded = SagaStatus.COMPLETED;
        } else if (record instanceof SagaRecord.Aborted) {
            recorded = SagaStatus.ABORTED;
        }
    }
}
