package org.bactrian.lint;

import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.model.ChoiceDefinition;
import org.apache.camel.model.LoadBalanceDefinition;
import org.apache.camel.model.LoopDefinition;
import org.apache.camel.model.MulticastDefinition;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.model.RecipientListDefinition;
import org.apache.camel.model.RoutingSlipDefinition;
import org.apache.camel.model.SplitDefinition;

/**
 * An EIP of a route, with what it does, wherever that is written.
 *
 * @param route in which it is written
 * @param inside what it does itself, in order, or branch by branch
 * @param entered the routes that it sends the message to, as far as they are among the route files
 */
record Node(OptionalIdentifiedDefinition<?> eip, WrittenRoute route, List<Node> inside, List<Entered> entered) {

    Node {
        inside = List.copyOf(inside);
        entered = List.copyOf(entered);
    }

    /**
     * A route that is run as a part of another.
     *
     * @param nodes what it does; of a step nothing: that is looked at by itself
     * @param chosen whether only the message tells that it is this one
     */
    record Entered(WrittenRoute route, List<Node> nodes, boolean chosen) {
        Entered {
            nodes = List.copyOf(nodes);
        }

        boolean isStep() {
            return route.isStep();
        }
    }

    /** How its parts follow each other. */
    enum Shape {
        /** One after the other. */
        SEQUENCE,
        /** One of them. */
        CHOICE,
        /** All at once. */
        PARALLEL,
        /** One after the other, again and again. */
        LOOP
    }

    Shape shape() {
        if (eip instanceof ChoiceDefinition || eip instanceof LoadBalanceDefinition) {
            return Shape.CHOICE;
        }
        if (eip instanceof LoopDefinition) {
            return Shape.LOOP;
        }
        if (eip instanceof SplitDefinition) {
            return Shape.LOOP; // each part on its own, in parallel or not
        }
        if (eip instanceof MulticastDefinition || eip instanceof RecipientListDefinition<?>) {
            return isParallel() ? Shape.PARALLEL : Shape.SEQUENCE;
        }
        boolean isOneOf = inside.isEmpty() && entered.size() > 1 && !(eip instanceof RoutingSlipDefinition<?>);
        return isOneOf ? Shape.CHOICE : Shape.SEQUENCE;
    }

    /** Whether where it sends the message depends on the message. */
    boolean isDynamic() {
        return Targets.of(eip, route).anyMatch(Address::isDynamic);
    }

    /** Whether it runs its branches, or its parts, side by side. */
    boolean isParallel() {
        return Parts.isOn(route, eip, "parallelProcessing");
    }

    /** Its branches or what it does one after the other; a called route counts as one. */
    Stream<List<Node>> branches() {
        return Stream.concat(inside.stream().map(List::of), entered.stream().map(Entered::nodes));
    }

    /** The steps among the routes that it sends the message to. */
    Stream<WrittenRoute> steps() {
        return entered.stream().filter(Entered::isStep).map(Entered::route);
    }

    /** Whether it sends the message there only if an expression says so. */
    boolean chooses(WrittenRoute next) {
        boolean chooses = false;
        for (Entered there : entered) {
            if (there.route().definition() == next.definition()) {
                if (!there.chosen()) {
                    return false;
                }
                chooses = true;
            }
        }
        return chooses;
    }

    Place place() {
        return route.place(eip);
    }
}
