package org.bactrian.camel;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.CamelContext;
import org.apache.camel.ExtendedStartupListener;
import org.bactrian.log.SagaReader;
import org.bactrian.saga.SagaId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/** Takes over what ran when the process before this one ended, once all routes run; a chunk at a time, as there is room. */
final class Restart {
    private static final Logger LOG = LoggerFactory.getLogger(Restart.class);
    private static final int CHUNK = 100;
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final SagaReader reader;
    private final Takeovers takeovers;
    private final Services services;

    Restart(SagaReader reader, Takeovers takeovers, Services services) {
        this.reader = reader;
        this.takeovers = takeovers;
        this.services = services;
    }

    /** Before any route runs: whatever has not ended now is not this process's own. */
    void begin(CamelContext context) throws Exception {
        List<SagaId> left = reader.unended();
        context.addStartupListener(new ExtendedStartupListener() {
            @Override
            public void onCamelContextStarted(CamelContext started, boolean alreadyStarted) {
                // its routes do not run yet
            }

            @Override
            public void onCamelContextFullyStarted(CamelContext started, boolean alreadyStarted) {
                takeovers.open();
                if (!left.isEmpty()) {
                    LOG.info("{} sagas were running when the process before this one ended; they go on", left.size());
                    services.pool().execute(() -> takeOver(left));
                }
            }
        });
    }

    private void takeOver(List<SagaId> left) {
        int some = Math.min(Math.min(CHUNK, takeovers.room()), left.size());
        try {
            reader.read(left.subList(0, some)).forEach(takeovers::claimed);
        } catch (DataAccessException e) {
            LOG.warn("the sagas to go on with cannot be read, trying again: {}", e.getMessage());
            some = 0;
        }
        List<SagaId> rest = left.subList(some, left.size());
        if (!rest.isEmpty()) {
            CompletableFuture<Void> pause = some > 0 ? CompletableFuture.completedFuture(null) : services.pause(PAUSE);
            services.watch(pause.thenRunAsync(() -> takeOver(rest), services.pool()), rest.get(0));
        }
    }
}
