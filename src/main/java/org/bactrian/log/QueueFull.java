package org.bactrian.log;

import java.util.concurrent.RejectedExecutionException;
import org.bactrian.saga.SagaId;

/** So much waits to be written to the saga log that no more is taken: nothing was stored, the same may come again soon. */
public final class QueueFull extends RejectedExecutionException {
    private static final long serialVersionUID = 1L;
    private static final int RETRY_AFTER_SECONDS = 1;

    public QueueFull(int entries, long bytes, SagaId saga) {
        super("%,d entries with %,d bytes wait to be written to the saga log; saga %s must come again later"
                .formatted(entries, bytes, saga));
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
