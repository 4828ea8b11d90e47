package org.bactrian.lint;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.camel.model.DisabledAwareDefinition;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.SagaDefinition;
import org.bactrian.lint.Node.Entered;
import org.bactrian.routes.RouteFault;

/**
 * Follows a message through a route and those that it is sent on to, up to the steps that it comes to. What a route does is
 * there once, however many others lead to it; one that leads back to itself is not entered again.
 */
final class Tree {
    private final Written written;
    private final IdentityHashMap<WrittenRoute, List<Node>> known = new IdentityHashMap<>();

    Tree(Written written) {
        this.written = written;
    }

    /**
     * What the route does; for a step: inside it.
     *
     * @throws Unreadable if routes call each other deeper than can be followed
     */
    List<Node> of(WrittenRoute route) {
        return new Descent().nodes(route);
    }

    /** What the route does about its failures. */
    List<Node> ofFailures(WrittenRoute route) {
        var descent = new Descent();
        descent.way.add(route);
        return descent.nodes(
                route.onExceptions().stream()
                        .flatMap(rule -> Parts.inside(rule).stream())
                        .toList(),
                route);
    }

    /** What is done there; empty if no route of these takes it. */
    List<Node> at(WrittenRoute from, String uri) {
        return Targets.of(uri, from)
                .flatMap(address -> written.consumers(address).stream())
                .flatMap(route -> of(route).stream())
                .toList();
    }

    /**
     * Goes through them, each before what is inside it; through a route that they enter as {@link Walk} says.
     *
     * @param visitor gets a node and what is around it, the nearest first
     */
    static void walk(List<Node> nodes, BiConsumer<Node, List<Node>> visitor) {
        new Walk(entered -> true, visitor).through(nodes, List.of());
    }

    /** As that, but other routes are not entered, only Kamelets: for what is looked at in every route by itself. */
    static void walkWithin(List<Node> nodes, BiConsumer<Node, List<Node>> visitor) {
        new Walk(entered -> entered.route().isKamelet(), visitor).through(nodes, List.of());
    }

    /** All of them, in order. */
    static List<Node> all(List<Node> nodes) {
        var all = new ArrayList<Node>();
        walk(nodes, (node, around) -> all.add(node));
        return all;
    }

    /** Goes down from one route. */
    private final class Descent {
        private static final int MOST_DEEP = 500;
        private static final int NOWHERE = Integer.MAX_VALUE;

        private final List<WrittenRoute> way = new ArrayList<>();
        private final IdentityHashMap<WrittenRoute, Open> open = new IdentityHashMap<>();

        /** The place on the way of the first route that was come back to. */
        private int back = NOWHERE;

        /** What a route does as seen from one on the way that it leads back to. */
        private record Open(List<Node> nodes, int back) {}

        List<Node> nodes(WrittenRoute route) {
            for (int i = 0; i < way.size(); i++) {
                if (way.get(i).isAs(route)) {
                    back = Math.min(back, i);
                    return List.of();
                }
            }
            List<Node> nodes = known.get(route);
            if (nodes != null) {
                return nodes;
            }
            Open seen = open.get(route);
            if (seen == null) {
                return enter(route);
            }
            back = Math.min(back, seen.back);
            return seen.nodes;
        }

        private List<Node> enter(WrittenRoute route) {
            if (way.size() == MOST_DEEP) {
                throw new Unreadable(List.of(new RouteFault(
                        route.place().file(),
                        route.place().line(),
                        "route %s is called by more than %d routes, one from the other"
                                .formatted(route.id(), MOST_DEEP))));
            }
            int before = back;
            int here = way.size();
            back = NOWHERE;
            way.add(route);
            List<Node> nodes = nodes(outputs(route), route);
            way.remove(here);
            if (back < here) {
                open.put(route, new Open(nodes, back));
                back = Math.min(before, back);
            } else {
                open.values().removeIf(inside -> inside.back >= here);
                known.put(route, nodes);
                back = before;
            }
            return nodes;
        }

        private List<Node> nodes(List<? extends OptionalIdentifiedDefinition<?>> eips, WrittenRoute route) {
            var nodes = new ArrayList<Node>();
            for (OptionalIdentifiedDefinition<?> eip : eips) {
                if (!isDisabled(eip, route)) {
                    nodes.add(new Node(eip, route, nodes(Parts.inside(eip), route), entered(eip, route)));
                }
            }
            return List.copyOf(nodes);
        }

        private List<Entered> entered(OptionalIdentifiedDefinition<?> eip, WrittenRoute route) {
            var entered = new ArrayList<Entered>();
            for (Address address : Targets.isPolling(eip)
                    ? List.<Address>of()
                    : Targets.of(eip, route).toList()) {
                for (WrittenRoute next : written.consumers(address)) {
                    entered.add(new Entered(next, next.isStep() ? List.of() : nodes(next), address.isDynamic()));
                }
            }
            return entered;
        }
    }

    private static List<OptionalIdentifiedDefinition<?>> outputs(WrittenRoute route) {
        var outputs = new ArrayList<OptionalIdentifiedDefinition<?>>();
        for (ProcessorDefinition<?> output : route.outputs()) {
            if (output instanceof SagaDefinition) {
                outputs.addAll(Parts.inside(output));
            } else {
                outputs.add(output);
            }
        }
        return outputs;
    }

    /** Camel leaves it out. */
    private static boolean isDisabled(OptionalIdentifiedDefinition<?> eip, WrittenRoute route) {
        return eip instanceof DisabledAwareDefinition part
                && part.getDisabled() != null
                && route.known(part.getDisabled()).equalsIgnoreCase("true");
    }
}
