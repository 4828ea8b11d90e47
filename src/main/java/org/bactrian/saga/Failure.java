package org.bactrian.saga;

/**
 * Why a step failed or a saga aborted.
 *
 * @param reason one line for people
 */
public record Failure(Kind kind, String reason) {
    private static final int MAX_LENGTH = 1_000;

    /** What the caller may conclude. */
    public enum Kind {
        /** A business no: nothing was done. */
        REFUSED,
        /** No answer: it may have been done or not. */
        UNKNOWN,
        /** Our own mistake, or the infrastructure's. */
        FAULT,
        /** The saga ran out of time, or an operator ended it. */
        CANCELLED
    }

    public Failure {
        reason = reason.lines().findFirst().orElse(kind.name());
        if (reason.length() > MAX_LENGTH) {
            reason = reason.substring(0, MAX_LENGTH) + "…";
        }
    }

    /** As logs and the status API say it: {@code refused: card declined}. */
    @Override
    public String toString() {
        return switch (kind) {
            case REFUSED -> "refused: " + reason;
            case UNKNOWN -> "no answer: " + reason;
            case FAULT, CANCELLED -> reason;
        };
    }
}
