package org.bactrian.saga;

/** The saga is over, ending or unknown: it can neither be joined nor continued. Whoever gets this leaves nothing behind. */
public final class SagaEnded extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message names the saga and its status */
    public SagaEnded(String message) {
        super(message, null, false, false);
    }
}
