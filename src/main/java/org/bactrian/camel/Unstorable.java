package org.bactrian.camel;

/** What was sent cannot be stored, or not be read again by everyone who must; final, and nothing of it is. */
public final class Unstorable extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** @param message names what is wrong and where; never the value */
    Unstorable(String message) {
        super(message);
    }
}
