package org.bactrian.lint;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.apache.camel.model.OptionalIdentifiedDefinition;

/** Only a step, or a callback of one, can wait: elsewhere nothing is recorded that a restart could go on from. */
final class Await implements Check {

    @Override
    public void look(Sagas sagas, Findings findings) {
        Set<OptionalIdentifiedDefinition<?>> allowed = Collections.newSetFromMap(new IdentityHashMap<>());
        sagas.steps().forEach(step -> Tree.all(step.nodes().toList()).forEach(node -> allowed.add(node.eip())));
        Tree tree = sagas.tree();
        for (WrittenRoute route : sagas.written().routes()) {
            List<Node> nodes = tree.of(route);
            if (!route.isStep() && nodes.stream().noneMatch(node -> allowed.contains(node.eip()))) {
                Tree.all(nodes).forEach(node -> look(route, node, findings));
            }
        }
        sagas.pipelines()
                .forEach(
                        pipeline -> Tree.all(pipeline.nodes()).forEach(node -> look(pipeline.route(), node, findings)));
    }

    private static void look(WrittenRoute from, Node node, Findings findings) {
        Targets.of(node.eip(), node.route())
                .filter(address -> address.scheme().equals("await"))
                .forEach(address -> findings.add(
                        Rule.AWAIT,
                        node.place(),
                        "%s is waited for in route %s, outside any step: a restart would not come back to it."
                                .formatted(address.shown(), from.id()),
                        "wait inside a step, whose limit ends the wait."));
    }
}
