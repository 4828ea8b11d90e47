package org.bactrian.camel;

import java.util.concurrent.RejectedExecutionException;

/** So many sagas wait already that no more are taken: nothing was stored, the same may be submitted again later. */
public final class NoRoom extends RejectedExecutionException {
    private static final long serialVersionUID = 1L;
    private static final int RETRY_AFTER_SECONDS = 5;

    NoRoom(int waiting) {
        super("%,d sagas wait to be run; no more are taken now".formatted(waiting));
    }

    /** Whoever is refused is one of many: where it was thrown says nothing. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }

    /** How long to leave it alone, in seconds. */
    public int getRetryAfter() {
        return RETRY_AFTER_SECONDS;
    }
}
