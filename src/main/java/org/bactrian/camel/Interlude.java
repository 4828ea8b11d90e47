package org.bactrian.camel;

import java.util.List;
import org.bactrian.saga.SagaId;

/**
 * A time in which no pipeline runs here, so that routes can be replaced: runs are dropped before it, and go on after it from
 * what is recorded of them. What is entered or handed over meanwhile waits.
 */
record Interlude(LiveSagas live, Services services) {
    /** Returns when the change was made, with the number of runs that were dropped; blocks as long as it does. */
    int around(Runnable change) {
        List<SagaId> dropped = live.setAside();
        try {
            change.run();
        } finally {
            live.takeUp();
            services.log().claim();
            dropped.forEach(services::driveAnew);
        }
        return dropped.size();
    }
}
