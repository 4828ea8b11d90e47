package org.bactrian.log;

import org.bactrian.saga.LoggedSignal;
import org.bactrian.saga.OwnedSaga;
import org.bactrian.saga.SagaId;

/** What the log tells the one who drives this instance's sagas; called on the step pool but where it says otherwise, never on the writer's thread. */
public interface LogListener {
    /** How many sagas it can take over now. Asked on a thread of the log's own: answers at once. */
    int room();

    /** The saga is this instance's from now on. */
    void claimed(OwnedSaga saga);

    /** A signal to a saga of this instance is on disk, whoever received it; may be told twice. */
    void signalled(SagaId saga, LoggedSignal signal);

    /** {@link SagaLog#pauses} are not as they were. */
    void pausesChanged();

    /** Another instance took this one's sagas: drop them all; nothing that is written for them is written. */
    void fenced();
}
