package org.bactrian;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.camel.CamelContext;
import org.bactrian.camel.DurableSagaService;
import org.bactrian.log.SagaLog;

/** What the saga log counts, among Camel's metrics; nothing if those are off. */
final class LogMetrics {
    private static final String REGISTRY = "metricsRegistry"; // what Camel's own are in

    private LogMetrics() {}

    static void publish(CamelContext context, SagaLog log, DurableSagaService sagas) {
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
        Gauge.builder("saga.running", sagas, DurableSagaService::running)
                .description("Sagas that run here, without those that only wait for a signal")
                .register(registry);
        Gauge.builder("saga.live", sagas, DurableSagaService::liveSagas)
                .description("Sagas in memory here, parked ones and those that wait for a signal, too")
                .register(registry);
        Gauge.builder("saga.waiting", log, SagaLog::waiting)
                .description("Sagas that wait in the log until a process has room for them, of all processes")
                .register(registry);
        FunctionCounter.builder("saga.refused", sagas, DurableSagaService::refusedSagas)
                .description("New sagas that were refused, because too many waited")
                .register(registry);
    }
}
