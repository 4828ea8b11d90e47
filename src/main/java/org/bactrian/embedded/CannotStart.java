package org.bactrian.embedded;

/**
 * A start that cannot succeed until someone mends the machine or the configuration. The message is for that
 * person, one line, or some for each of several faults: what is wrong, which key or path, how to mend it. Whoever catches it prints the message alone and exits with 1.
 */
public final class CannotStart extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message ends with what to do */
    public CannotStart(String message) {
        super(message);
    }

    /** @param cause for the debugger; the message must be enough without it */
    public CannotStart(String message, Throwable cause) {
        super(message, cause);
    }
}
