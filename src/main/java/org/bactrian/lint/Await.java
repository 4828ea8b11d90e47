package org.bactrian.lint;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.bactrian.lint.Check.Spot;

/** Only a step, or a callback of one, can wait: elsewhere nothing is recorded that a restart could go on from. */
final class Await implements Check {

    @Override
    public void look(Sagas sagas, Findings findings) {
        Set<OptionalIdentifiedDefinition<?>> allowed = Collections.newSetFromMap(new IdentityHashMap<>());
        sagas.steps().forEach(step -> Tree.all(step.nodes().toList()).forEach(node -> allowed.add(node.eip())));
        sagas.written().routes().stream()
                .filter(route -> !route.isStep())
                .forEach(route -> Tree.walkWithin(sagas.tree().of(route), (node, around) -> {
                    if (!allowed.contains(node.eip())) {
                        look(new Spot(route, node, around), findings);
                    }
                }));
        sagas.pipelines()
                .forEach(pipeline -> Stream.of(pipeline.nodes(), pipeline.failures())
                        .forEach(nodes -> Tree.walk(
                                nodes, (node, around) -> look(new Spot(pipeline.route(), node, around), findings))));
    }

    private static void look(Spot spot, Findings findings) {
        Targets.of(spot.node().eip(), spot.node().route())
                .filter(address -> address.scheme().equals("await"))
                .forEach(address -> findings.add(
                        Rule.AWAIT,
                        spot.place(),
                        "%s is waited for in route %s%s, outside any step: a restart would not come back to it."
                                .formatted(address.shown(), spot.place().route(), spot.through()),
                        "wait inside a step, whose limit ends the wait."));
    }
}
