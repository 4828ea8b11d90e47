package org.bactrian.camel;

/** A message is of a content type that its route does not take; over HTTP a 415. */
public final class UnsupportedContent extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message names the type that is taken and the one that was found */
    public UnsupportedContent(String message) {
        super(message, null, false, false);
    }
}
