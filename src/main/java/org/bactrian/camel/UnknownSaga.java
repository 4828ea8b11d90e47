package org.bactrian.camel;

import org.bactrian.saga.SagaId;

/** A signal names a saga that this saga log never had; belongs to a dead-letter topic. */
public final class UnknownSaga extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnknownSaga(SagaId saga, String signal) {
        super("signal %s names saga %s, which this saga log never had".formatted(signal, saga), null, false, false);
    }
}
