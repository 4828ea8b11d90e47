package org.bactrian.saga;

/**
 * A participant's no: final for its step, so the saga aborts. Not an error: it carries a reason for people and no stack
 * trace. Routes throw it with {@code throwException}; the message is the reason.
 */
public final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param reason one sentence that the one who placed the order may read */
    public Refused(String reason) {
        super(reason, null, false, false);
    }

    /** Never null, unlike {@link #getMessage()} of other exceptions. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
