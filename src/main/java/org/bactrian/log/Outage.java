package org.bactrian.log;

import java.sql.SQLException;
import org.bactrian.saga.SagaId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;

/** Whether the database is known to be away. The writer finds out; anyone may ask. */
final class Outage {
    private static final Logger LOG = LoggerFactory.getLogger(Outage.class);
    private static final long FIRST_PAUSE_MILLIS = 20;

    private final long longestPauseMillis;
    private volatile @Nullable SQLException error;
    private boolean failed;
    private long pauseMillis = FIRST_PAUSE_MILLIS;

    Outage(LogSettings settings) {
        this.longestPauseMillis = settings.heartbeat().toMillis();
    }

    boolean isKnown() {
        return error != null;
    }

    /** A single failure means nothing; from the second on the database is away. */
    boolean isFirst(SQLException failure) {
        boolean first = !failed;
        failed = true;
        if (!first) {
            if (error == null) {
                LOG.warn("the saga log cannot be written; what runs waits, new sagas are refused", failure);
            }
            error = failure;
        }
        return first;
    }

    /** A batch came through. */
    void over() {
        if (error != null) {
            LOG.info("the saga log can be written again");
        }
        error = null;
        failed = false;
        pauseMillis = FIRST_PAUSE_MILLIS;
    }

    long nextPauseMillis() {
        long pause = pauseMillis;
        pauseMillis = Math.min(2 * pause, longestPauseMillis);
        return pause;
    }

    DataAccessResourceFailureException refusal(SagaId saga) {
        return new DataAccessResourceFailureException(
                "the saga log cannot be written now; submit saga %s again, it is entered at most once".formatted(saga),
                error);
    }
}
