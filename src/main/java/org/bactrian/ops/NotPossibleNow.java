package org.bactrian.ops;

/** What an operator asks for does not fit the state of the saga; over HTTP a 409. Nothing was done. */
public final class NotPossibleNow extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message the state that it would need, and the one that was found */
    public NotPossibleNow(String message) {
        super(message, null, false, false);
    }
}
