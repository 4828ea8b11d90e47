package org.bactrian.saga;

/**
 * A join came too late: the saga no longer runs, so no step of it can begin. Whoever gets this does nothing: nothing
 * is left behind and nothing is announced.
 */
public final class SagaEnded extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message which saga, its status, and which step wanted to begin */
    public SagaEnded(String message) {
        super(message, null, false, false);
    }
}
