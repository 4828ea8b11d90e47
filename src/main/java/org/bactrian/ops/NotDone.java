package org.bactrian.ops;

/**
 * A command that could not be done. The message is one sentence for the person who gave it: what is wrong and what to do.
 * Whoever catches it prints the message alone and exits with 1.
 */
public final class NotDone extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotDone(String message) {
        super(message);
    }

    /** @param cause for the debugger; the message must be enough without it */
    NotDone(String message, Throwable cause) {
        super(message, cause);
    }
}
