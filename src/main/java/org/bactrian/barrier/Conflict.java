package org.bactrian.barrier;

import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells the failures that PostgreSQL asks to try again: it undid one of two transactions that could not both go on. */
final class Conflict {
    /** serialization_failure, deadlock_detected. */
    private static final Set<String> STATES = Set.of("40001", "40P01");

    private Conflict() {}

    static boolean among(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null && STATES.contains(sql.getSQLState())) {
                return true;
            }
        }
        return false;
    }
}
