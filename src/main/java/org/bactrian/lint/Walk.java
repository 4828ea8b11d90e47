package org.bactrian.lint;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.model.RouteDefinition;
import org.bactrian.lint.Node.Entered;

/**
 * Goes through nodes and the routes that they enter: through each route once for all ways to it on which the same is around it,
 * as far as that makes a difference: what would catch its failures, in which loops it is, and who is told of what is wrong in it.
 */
final class Walk {
    private final Predicate<Entered> enters;
    private final BiConsumer<Node, List<Node>> visitor;
    private final Set<Arrival> arrivals = new HashSet<>();

    /** @param visitor gets a node and what is around it, the nearest first */
    Walk(Predicate<Entered> enters, BiConsumer<Node, List<Node>> visitor) {
        this.enters = enters;
        this.visitor = visitor;
    }

    private record Arrival(
            RouteDefinition route,
            Optional<OptionalIdentifiedDefinition<?>> catching,
            Optional<OptionalIdentifiedDefinition<?>> told,
            List<String> loops) {}

    void through(List<Node> nodes, List<Node> around) {
        for (Node node : nodes) {
            visitor.accept(node, around);
            if (node.inside().isEmpty() && node.entered().isEmpty()) {
                continue;
            }
            List<Node> inner = new ArrayList<>(around.size() + 1);
            inner.add(node);
            inner.addAll(around);
            through(node.inside(), inner);
            for (Entered entered : node.entered()) {
                if (!entered.nodes().isEmpty()
                        && enters.test(entered)
                        && arrivals.add(arrival(entered.route(), inner))) {
                    through(entered.nodes(), inner);
                }
            }
        }
    }

    private static Arrival arrival(WrittenRoute route, List<Node> around) {
        return new Arrival(
                route.definition(),
                CaughtFailure.catching(around).map(Node::eip),
                Check.Spot.told(route, around).map(Node::eip),
                NestedLoop.around(around));
    }
}
