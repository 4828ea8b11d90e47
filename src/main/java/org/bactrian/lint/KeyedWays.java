package org.bactrian.lint;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.model.RouteDefinition;
import org.bactrian.lint.Node.Entered;

/** Follows messages from where they come in, through each route once for each state that they arrive in. */
final class KeyedWays {
    private final Tree tree;
    private final Findings findings;
    private final Map<Arrival, Boolean> known = new HashMap<>();
    private boolean inSaga;

    /** The first on the way that leads on by an expression: it is told of what it leads to. */
    private Optional<Node> chooser = Optional.empty();

    private record Arrival(
            RouteDefinition route, boolean keyed, boolean inSaga, Optional<OptionalIdentifiedDefinition<?>> chooser) {}

    KeyedWays(Tree tree, Findings findings) {
        this.tree = tree;
        this.findings = findings;
    }

    /** In a route that none of the others calls: what comes from Kafka has its key. */
    void begin(WrittenRoute route) {
        enter(route, tree.of(route), from(route).anyMatch(from -> from.scheme().equals("kafka")));
    }

    /** In one that nobody has come to. */
    void beginUnlessCalled(WrittenRoute route) {
        if (known.keySet().stream().noneMatch(arrival -> arrival.route() == route.definition())) {
            begin(route);
        }
    }

    /** Whether a step is there for others only, who may choose it by an expression. */
    static boolean isOnlyCalled(WrittenRoute route) {
        return route.isStep() && from(route).anyMatch(Written::isLocal);
    }

    private static Stream<Address> from(WrittenRoute route) {
        return Stream.ofNullable(route.definition().getInput())
                .flatMap(from -> Targets.of(from.getEndpointUri(), route));
    }

    /** With a message of the saga's own. */
    void callBack(List<Node> nodes) {
        inSaga = true;
        follow(nodes, false);
        inSaga = false;
    }

    private boolean enter(WrittenRoute route, List<Node> nodes, boolean keyed) {
        boolean before = inSaga;
        inSaga = before || route.saga().isPresent();
        var arrival = new Arrival(route.definition(), keyed, inSaga, chooser.map(Node::eip));
        Boolean after = known.putIfAbsent(arrival, keyed);
        if (after == null) {
            after = follow(nodes, keyed);
            known.put(arrival, after);
        }
        inSaga = before;
        return after;
    }

    /** What a step does to the headers does not leave it. */
    private boolean enter(Node node, Entered entered, boolean keyed) {
        WrittenRoute route = entered.route();
        if (!inSaga && node.chooses(route)) {
            return keyed; // it can lead to steps that it is not there for
        }
        Optional<Node> before = chooser;
        boolean after = keyed;
        if (entered.isStep()) {
            chooser = Optional.empty();
            enter(route, tree.of(route), keyed);
        } else if (!entered.nodes().isEmpty()) {
            chooser = before.or(() -> Optional.of(node).filter(sender -> sender.chooses(route)));
            after = enter(route, entered.nodes(), keyed);
        }
        chooser = before;
        return after;
    }

    private boolean follow(List<Node> nodes, boolean keyed) {
        boolean now = keyed;
        for (Node node : nodes) {
            now = follow(node, now);
        }
        return now;
    }

    private boolean follow(Node node, boolean keyed) {
        OptionalIdentifiedDefinition<?> eip = node.eip();
        if (KafkaKey.sets(node)) {
            return true;
        }
        if (KafkaKey.removes(node)) {
            return false;
        }
        if (inSaga && !keyed && !Targets.isPolling(eip)) {
            Targets.of(eip, node.route()).filter(KafkaKey::isUnkeyed).forEach(address -> tell(node, address));
        }
        if (KafkaKey.copies(eip) || node.shape() == Node.Shape.CHOICE) {
            boolean all = true;
            for (Node part : node.inside()) {
                all &= follow(part, keyed);
            }
            for (Entered entered : node.entered()) {
                all &= enter(node, entered, keyed);
            }
            return KafkaKey.copies(eip) ? keyed : all && (keyed || KafkaKey.hasOtherwise(node));
        }
        boolean after = follow(node.inside(), keyed);
        for (Entered entered : node.entered()) {
            after = enter(node, entered, after);
        }
        return KafkaKey.maybe(node) ? keyed && after : after;
    }

    private void tell(Node node, Address address) {
        String through = chooser.isEmpty()
                ? ""
                : " (in route %s, where that can lead)".formatted(node.route().id());
        findings.add(
                Rule.KAFKA_KEY,
                chooser.orElse(node).place(),
                "%s%s gets the saga's message without a key: what one saga says can overtake itself on another partition."
                        .formatted(address.shown(), through),
                "set the header %s to ${header.sagaId} before it, or use kamelet:publish."
                        .formatted(KafkaConstants.KEY));
    }
}
