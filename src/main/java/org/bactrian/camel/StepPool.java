package org.bactrian.camel;

import java.util.concurrent.ExecutorService;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.ThreadPoolProfileBuilder;

/**
 * Makes the step pool. Whatever is given to it waits for a thread of its own: Camel's usual pool has whoever gives it more than
 * 1,000 things run them, which may be the saga log's writer. What waits is bounded by the sagas in memory.
 */
public final class StepPool {
    private StepPool() {}

    /** @param threads {@link SagaSettings#poolSize()}; they end with the context */
    public static ExecutorService of(CamelContext context, int threads) {
        var profile = new ThreadPoolProfileBuilder("saga")
                .poolSize(threads)
                .maxPoolSize(threads)
                .maxQueueSize(Integer.MAX_VALUE)
                .build();
        return context.getExecutorServiceManager().newThreadPool(context, "saga", profile);
    }
}
