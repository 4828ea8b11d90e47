package org.bactrian;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.camel.CamelContext;
import org.bactrian.log.SagaLog;

/** What the saga log counts, among Camel's metrics; nothing if those are off. */
final class LogMetrics {
    private static final String REGISTRY = "metricsRegistry"; // what Camel's own are in

    private LogMetrics() {}

    static void publish(CamelContext context, SagaLog log) {
        MeterRegistry registry = context.getRegistry().lookupByNameAndType(REGISTRY, MeterRegistry.class);
        if (registry == null) {
            return;
        }
        FunctionCounter.builder("saga.log.refused", log, SagaLog::refused)
                .description("Records that were not written because another process drives their sagas now")
                .register(registry);
        Gauge.builder("saga.log.queued", log, SagaLog::queued)
                .description("Entries that wait to be written to the saga log")
                .register(registry);
    }
}
