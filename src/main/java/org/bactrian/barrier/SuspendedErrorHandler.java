package org.bactrian.barrier;

import org.apache.camel.ErrorHandlerFactory;
import org.apache.camel.Route;
import org.apache.camel.model.errorhandler.NoErrorHandlerDefinition;

/**
 * No error handler, in the place of a route's own while the steps inside a barrier are built. Handled there, an
 * exception would look like success, and half of the work would be committed.
 */
final class SuspendedErrorHandler extends NoErrorHandlerDefinition {
    private final ErrorHandlerFactory original;

    private SuspendedErrorHandler(ErrorHandlerFactory original) {
        this.original = original;
    }

    static void suspend(Route route) {
        route.setErrorHandlerFactory(new SuspendedErrorHandler(route.getErrorHandlerFactory()));
    }

    /** Undoes the latest {@link #suspend}. */
    static void resume(Route route) {
        if (!(route.getErrorHandlerFactory() instanceof SuspendedErrorHandler suspended)) {
            throw new IllegalStateException(
                    "route %s must have its error handler suspended while a barrier's steps are built"
                            .formatted(route.getRouteId()));
        }
        route.setErrorHandlerFactory(suspended.original);
    }
}
