package org.bactrian.camel;

import org.apache.camel.CamelContext;
import org.apache.camel.ExtendedStartupListener;

/** Runs something once all routes of the context run. */
record RoutesRun(Runnable then) implements ExtendedStartupListener {
    @Override
    public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
        // its routes do not run yet
    }

    @Override
    public void onCamelContextFullyStarted(CamelContext context, boolean alreadyStarted) {
        then.run();
    }
}
