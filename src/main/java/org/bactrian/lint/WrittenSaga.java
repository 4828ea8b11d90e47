package org.bactrian.lint;

import java.util.Arrays;
import java.util.Optional;
import org.apache.camel.model.SagaActionUriDefinition;
import org.apache.camel.model.SagaDefinition;
import org.apache.camel.model.SagaPropagation;
import org.jspecify.annotations.Nullable;

/**
 * What the {@code saga} of a route declares.
 *
 * @param timeout as it is written, its keys resolved
 * @param durable whether the saga log drives it, not another service
 */
record WrittenSaga(
        SagaDefinition definition,
        SagaPropagation propagation,
        Optional<String> compensation,
        Optional<String> completion,
        Optional<String> timeout,
        boolean durable) {

    static WrittenSaga of(SagaDefinition saga, WrittenRoute route) {
        return new WrittenSaga(
                saga,
                propagation(saga.getPropagation(), route),
                uri(saga.getCompensation()),
                uri(saga.getCompletion()),
                Optional.ofNullable(saga.getTimeout()).map(route::known),
                saga.getSagaService() == null);
    }

    /** Whether it is recorded as a step of the saga around it. */
    boolean isStep() {
        return switch (propagation) {
            case MANDATORY -> true;
            case REQUIRED, SUPPORTS -> hasOwn();
            default -> false;
        };
    }

    /** Whether there is something to record of the route itself, and not only of the steps that it calls. */
    boolean hasOwn() {
        return compensation.isPresent()
                || completion.isPresent()
                || (definition.getOptions() != null && !definition.getOptions().isEmpty());
    }

    /** One that there is not is Camel's to refuse. */
    private static SagaPropagation propagation(@Nullable String written, WrittenRoute route) {
        return Arrays.stream(SagaPropagation.values())
                .filter(value -> written != null && value.name().equalsIgnoreCase(route.known(written)))
                .findFirst()
                .orElse(SagaPropagation.REQUIRED);
    }

    private static Optional<String> uri(@Nullable SagaActionUriDefinition action) {
        return Optional.ofNullable(action).map(SagaActionUriDefinition::getUri);
    }
}
