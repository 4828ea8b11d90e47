package org.bactrian.camel;

import java.time.Duration;
import java.util.HashMap;
import java.util.Objects;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.saga.CamelSagaStep;
import org.bactrian.saga.StepPlan;

/** Reads from a step's {@code saga} what it declares, its options evaluated on the exchange. */
final class StepPlans {
    private StepPlans() {}

    /** @param limit of a step that declares none */
    static StepPlan of(Exchange exchange, CamelSagaStep step, Duration limit, boolean joined) {
        return plan(
                exchange,
                step,
                step.getTimeoutInMilliseconds().map(Duration::ofMillis).orElse(limit),
                joined);
    }

    /** Of a route that begins a saga: its {@code timeout} is the saga's. */
    static StepPlan ofRoot(Exchange exchange, CamelSagaStep step, Duration limit) {
        return plan(exchange, step, limit, false);
    }

    private static StepPlan plan(Exchange exchange, CamelSagaStep step, Duration limit, boolean joined) {
        var options = new HashMap<String, String>();
        step.getOptions().forEach((key, value) -> options.put(key, value.evaluate(exchange, String.class)));
        options.values().removeIf(Objects::isNull);
        return new StepPlan(
                step.getCompensation().map(Endpoint::getEndpointUri).orElse(null),
                step.getCompletion().map(Endpoint::getEndpointUri).orElse(null),
                options,
                limit,
                joined);
    }
}
