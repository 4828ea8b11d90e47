package org.bactrian.lint;

/** There are no routes to look at, or no configuration for them. The message is for people. */
public final class NoRoutes extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public NoRoutes(String message) {
        super(message);
    }
}
