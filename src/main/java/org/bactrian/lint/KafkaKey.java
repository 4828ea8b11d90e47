package org.bactrian.lint;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.model.FilterDefinition;
import org.apache.camel.model.MulticastDefinition;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.model.OtherwiseDefinition;
import org.apache.camel.model.RecipientListDefinition;
import org.apache.camel.model.RemoveHeaderDefinition;
import org.apache.camel.model.RemoveHeadersDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SetHeaderDefinition;
import org.apache.camel.model.SetHeadersDefinition;
import org.apache.camel.model.SplitDefinition;
import org.apache.camel.model.TryDefinition;
import org.apache.camel.model.WireTapDefinition;
import org.bactrian.lint.Node.Entered;

/** What one saga says over Kafka stays in order by its key. Follows whether the message has one by then. */
final class KafkaKey implements Check {

    @Override
    public void look(Sagas sagas, Findings findings) {
        Tree tree = sagas.tree();
        var following = new Following(findings);
        sagas.written().routes().stream()
                .filter(route -> route.saga().isPresent())
                .forEach(route -> following.follow(tree.of(route), false));
        sagas.steps().forEach(step -> {
            following.follow(step.completion(), false);
            following.follow(step.compensation(), false);
        });
    }

    /** Through each route once with a key and once without, for each expression that leads there. */
    private static final class Following {
        private final Findings findings;
        private final Map<Arrival, Boolean> known = new HashMap<>();

        /** The first on the way that leads on by an expression: it is told of what it leads to. */
        private Optional<Node> chooser = Optional.empty();

        private record Arrival(
                RouteDefinition route, boolean keyed, Optional<OptionalIdentifiedDefinition<?>> chooser) {}

        Following(Findings findings) {
            this.findings = findings;
        }

        /** @return whether the message has a key afterwards */
        boolean follow(List<Node> nodes, boolean keyed) {
            boolean now = keyed;
            for (Node node : nodes) {
                now = follow(node, now);
            }
            return now;
        }

        private boolean enter(Node node, Entered entered, boolean keyed) {
            if (entered.nodes().isEmpty()) {
                return keyed;
            }
            Optional<Node> before = chooser;
            chooser = before.or(() -> Optional.of(node).filter(sender -> sender.chooses(entered.route())));
            var arrival = new Arrival(entered.route().definition(), keyed, chooser.map(Node::eip));
            Boolean after = known.get(arrival);
            if (after == null) {
                after = follow(entered.nodes(), keyed);
                known.put(arrival, after);
            }
            chooser = before;
            return after;
        }

        private boolean follow(Node node, boolean keyed) {
            OptionalIdentifiedDefinition<?> eip = node.eip();
            if (sets(node)) {
                return true;
            }
            if (removes(node)) {
                return false;
            }
            if (!keyed && !Targets.isPolling(eip)) {
                Targets.of(eip, node.route()).filter(KafkaKey::isUnkeyed).forEach(address -> tell(node, address));
            }
            if (copies(eip) || node.shape() == Node.Shape.CHOICE) {
                boolean all = true;
                for (Node part : node.inside()) {
                    all &= follow(part, keyed);
                }
                for (Entered entered : node.entered()) {
                    all &= enter(node, entered, keyed);
                }
                return copies(eip) ? keyed : all && (keyed || hasOtherwise(node));
            }
            boolean after = follow(node.inside(), keyed);
            for (Entered entered : node.entered()) {
                after = enter(node, entered, after);
            }
            return maybe(node) ? keyed && after : after;
        }

        private void tell(Node node, Address address) {
            String through = chooser.isEmpty()
                    ? ""
                    : " (in route %s, where that can lead)"
                            .formatted(node.route().id());
            findings.add(
                    Rule.KAFKA_KEY,
                    chooser.orElse(node).place(),
                    "%s%s gets the saga's message without a key: what one saga says can overtake itself on another partition."
                            .formatted(address.shown(), through),
                    "set the header %s to ${header.sagaId} before it, or use kamelet:publish."
                            .formatted(KafkaConstants.KEY));
        }
    }

    private static boolean copies(OptionalIdentifiedDefinition<?> eip) {
        return eip instanceof MulticastDefinition
                || eip instanceof SplitDefinition
                || eip instanceof RecipientListDefinition<?>
                || eip instanceof WireTapDefinition<?>;
    }

    /** Whether it is not known if what is inside happens. */
    private static boolean maybe(Node node) {
        return node.eip() instanceof FilterDefinition
                || node.eip() instanceof TryDefinition
                || node.shape() == Node.Shape.LOOP;
    }

    private static boolean hasOtherwise(Node node) {
        return node.inside().stream().anyMatch(branch -> branch.eip() instanceof OtherwiseDefinition)
                || node.inside().isEmpty();
    }

    private static boolean isUnkeyed(Address address) {
        return address.scheme().equals("kafka") && address.option("key").isEmpty();
    }

    private static boolean sets(Node node) {
        Stream<SetHeaderDefinition> set = Stream.of();
        if (node.eip() instanceof SetHeaderDefinition one) {
            set = Stream.of(one);
        } else if (node.eip() instanceof SetHeadersDefinition several) {
            set = several.getHeaders().stream();
        }
        return set.anyMatch(header -> isKey(node, header.getName()));
    }

    private static boolean removes(Node node) {
        if (node.eip() instanceof RemoveHeaderDefinition one) {
            return isKey(node, one.getName());
        }
        return node.eip() instanceof RemoveHeadersDefinition several
                && LostSaga.removes(node, several, KafkaConstants.KEY);
    }

    private static boolean isKey(Node node, String header) {
        return header != null && node.route().known(header).equalsIgnoreCase(KafkaConstants.KEY);
    }
}
