package org.bactrian.camel;

import org.bactrian.saga.Failure;

/** What a step threw before this run is not kept, only what it meant: that is thrown again in its place. */
final class RecordedFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RecordedFailure(String step, Failure failure) {
        super("%s %s".formatted(step, failure), null, false, false);
    }
}
