package org.bactrian.lint;

import java.util.Set;
import java.util.stream.Collectors;

/** What is called in a step is recorded as a part of it: a step in there would be looked for by itself, and is never come by again. */
final class NestedStep implements Check {

    @Override
    public void look(Sagas sagas, Findings findings) {
        Set<WrittenRoute> called = sagas.pipelines().stream()
                .flatMap(pipeline -> Tree.all(pipeline.nodes()).stream())
                .flatMap(Node::steps)
                .collect(Collectors.toSet());
        sagas.steps().stream()
                .filter(step -> step.saga().durable() && called.contains(step.route()))
                .forEach(step -> lookInside(step, findings));
    }

    private static void lookInside(Sagas.Step step, Findings findings) {
        Tree.walk(step.action(), (node, around) -> {
            if (node.isDynamic()) {
                return; // it can lead to steps, and need not
            }
            node.steps()
                    .filter(inner -> inner.saga().filter(WrittenSaga::durable).isPresent())
                    .forEach(inner -> findings.add(
                            Rule.NESTED_STEP,
                            new Check.Spot(step.route(), node, around).place(),
                            "step %s is called inside step %s: a saga that is resumed does not run %s again, misses %s, and is parked."
                                    .formatted(
                                            inner.id(),
                                            step.route().id(),
                                            step.route().id(),
                                            inner.id()),
                            "call them one after the other in the pipeline, or take the saga out of the inner route."));
        });
    }
}
