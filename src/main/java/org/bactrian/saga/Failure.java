package org.bactrian.saga;

import org.jspecify.annotations.Nullable;

/**
 * Why a step failed or a saga aborted.
 *
 * @param step whose failure it is; null if it is the saga's own, or a record that names the step anyway
 * @param reason one line for people
 */
public record Failure(Kind kind, @Nullable String step, String reason) {
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
        reason = storable(reason.lines().findFirst().orElse(kind.name()));
        if (reason.length() > MAX_LENGTH) {
            boolean halved = Character.isHighSurrogate(reason.charAt(MAX_LENGTH - 1));
            reason = reason.substring(0, halved ? MAX_LENGTH - 1 : MAX_LENGTH) + "…";
        }
    }

    public Failure(Kind kind, String reason) {
        this(kind, null, reason);
    }

    Failure of(String failedStep) {
        return new Failure(kind, failedStep, reason);
    }

    /** Whoever answers may send anything: PostgreSQL takes no NUL, JSON and UTF-8 no half of a surrogate pair. */
    static String storable(String text) {
        return text.codePoints()
                .map(c -> c == 0 || Character.getType(c) == Character.SURROGATE ? 0xFFFD : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** As logs and the status API say it: {@code authorize-payment refused: card declined}. */
    @Override
    public String toString() {
        String what = switch (kind) {
            case REFUSED -> "refused: ";
            case UNKNOWN -> "got no answer: ";
            case FAULT -> "failed: ";
            case CANCELLED -> "cancelled: ";
        };
        return (step == null ? "" : step + " ") + what + reason;
    }
}
