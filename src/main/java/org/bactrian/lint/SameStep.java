package org.bactrian.lint;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A step's name is what it is recorded under: it cannot run twice at once. */
final class SameStep implements Check.BetweenSteps {

    @Override
    public void look(Check.Spot spot, Findings findings) {
        Node node = spot.node();
        if (node.shape() != Node.Shape.PARALLEL) {
            return;
        }
        var seen = new HashSet<String>();
        branches(node)
                .flatMap(Set::stream)
                .filter(step -> !seen.add(step))
                .forEach(step -> findings.add(
                        Rule.SAME_STEP,
                        spot.place(),
                        "step %s is in two branches of a parallel %s of %s: both would be recorded as one, and undone as one."
                                .formatted(step, node.eip().getShortName(), spot.where()),
                        "call it in one branch, or give the other a step of its own."));
    }

    private static Stream<Set<String>> branches(Node node) {
        return Stream.concat(
                node.inside().stream().map(part -> names(List.of(part))),
                node.entered().stream()
                        .map(entered ->
                                entered.isStep() ? Set.of(entered.route().id()) : names(entered.nodes())));
    }

    private static Set<String> names(List<Node> nodes) {
        return Tree.all(nodes).stream()
                .flatMap(Node::steps)
                .map(WrittenRoute::id)
                .collect(Collectors.toSet());
    }
}
