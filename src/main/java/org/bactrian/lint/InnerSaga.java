package org.bactrian.lint;

import java.util.Set;
import org.apache.camel.model.SagaDefinition;
import org.apache.camel.model.SagaPropagation;

/** All that a pipeline does is done in its own saga: what another one completes there is not undone with it. */
final class InnerSaga implements Check.BetweenSteps {
    private static final Set<SagaPropagation> JOINING =
            Set.of(SagaPropagation.REQUIRED, SagaPropagation.SUPPORTS, SagaPropagation.MANDATORY);

    @Override
    public void look(Check.Spot spot, Findings findings) {
        Node node = spot.node();
        if (node.eip() instanceof SagaDefinition) {
            findings.add(
                    Rule.INNER_SAGA,
                    spot.place(),
                    "a saga is written among the steps of %s: it would not be a step of its own name."
                            .formatted(spot.where()),
                    "put it into a route of its own, a step, and call that.");
        }
        if (node.isDynamic()) {
            return; // it can lead there, and need not
        }
        node.entered().stream()
                .map(Node.Entered::route)
                .forEach(
                        route -> route.saga()
                                .map(WrittenSaga::propagation)
                                .filter(propagation -> !JOINING.contains(propagation))
                                .ifPresent(
                                        propagation -> findings.add(
                                                Rule.INNER_SAGA,
                                                spot.place(),
                                                "route %s, called between the steps of %s, has a saga of propagation %s: what is done in it is not undone when the pipeline's saga aborts."
                                                        .formatted(route.id(), spot.where(), propagation),
                                                "make it a step, MANDATORY with a compensation; or submit a saga of its own, pipeline:…, inside a step.")));
    }
}
