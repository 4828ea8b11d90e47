package org.bactrian.lint;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.apache.camel.model.DisabledAwareDefinition;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.model.SagaDefinition;
import org.bactrian.lint.Node.Entered;

/** Follows a message through a route and those that it is sent on to, up to the steps that it comes to. */
final class Tree {
    private final Written written;
    private final IdentityHashMap<WrittenRoute, List<Node>> known = new IdentityHashMap<>();

    Tree(Written written) {
        this.written = written;
    }

    /** What the route does; for a step: inside it. */
    List<Node> of(WrittenRoute route) {
        List<Node> nodes = known.get(route);
        if (nodes == null) {
            nodes = nodes(route, List.of());
            known.put(route, nodes);
        }
        return nodes;
    }

    /** What the route does about its failures. */
    List<Node> ofFailures(WrittenRoute route) {
        return route.onExceptions().stream()
                .flatMap(rule -> Parts.inside(rule).stream())
                .flatMap(part -> node(part, route, List.of(route)))
                .toList();
    }

    /** What is done there; empty if no route of these takes it. */
    List<Node> at(WrittenRoute from, String uri) {
        return Targets.of(uri, from)
                .flatMap(address -> written.consumers(address).stream())
                .flatMap(route -> of(route).stream())
                .toList();
    }

    /**
     * Goes through them, each before what is inside it.
     *
     * @param visitor gets a node and what is around it, the nearest first
     */
    static void walk(List<Node> nodes, BiConsumer<Node, List<Node>> visitor) {
        walk(nodes, List.of(), visitor);
    }

    /** All of them, in order. */
    static List<Node> all(List<Node> nodes) {
        var all = new ArrayList<Node>();
        walk(nodes, (node, around) -> all.add(node));
        return all;
    }

    private static void walk(List<Node> nodes, List<Node> around, BiConsumer<Node, List<Node>> visitor) {
        for (Node node : nodes) {
            visitor.accept(node, around);
            List<Node> inner = Stream.concat(Stream.of(node), around.stream()).toList();
            walk(node.inside(), inner, visitor);
            node.entered().forEach(entered -> walk(entered.nodes(), inner, visitor));
        }
    }

    /** @param running the routes that lead here: one of them is not entered again */
    private List<Node> nodes(WrittenRoute route, List<WrittenRoute> running) {
        if (running.stream().anyMatch(route::isAs)) {
            return List.of();
        }
        List<WrittenRoute> now =
                Stream.concat(running.stream(), Stream.of(route)).toList();
        return route.outputs().stream()
                .flatMap(output -> output instanceof SagaDefinition
                        ? Parts.inside(output).stream()
                        : Stream.of((OptionalIdentifiedDefinition<?>) output))
                .flatMap(output -> node(output, route, now))
                .toList();
    }

    /** Nothing of what is disabled: Camel leaves it out. */
    private Stream<Node> node(OptionalIdentifiedDefinition<?> eip, WrittenRoute route, List<WrittenRoute> running) {
        if (eip instanceof DisabledAwareDefinition part
                && part.getDisabled() != null
                && route.known(part.getDisabled()).equalsIgnoreCase("true")) {
            return Stream.of();
        }
        List<Node> inside = Parts.inside(eip).stream()
                .flatMap(part -> node(part, route, running))
                .toList();
        Stream<Address> targets = Targets.isPolling(eip) ? Stream.of() : Targets.of(eip, route);
        List<Entered> entered = targets.flatMap(address -> written.consumers(address).stream())
                .map(next -> new Entered(next, next.isStep() ? List.of() : nodes(next, running)))
                .toList();
        return Stream.of(new Node(eip, route, inside, entered));
    }
}
