package org.bactrian.lint;

import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.model.FilterDefinition;
import org.apache.camel.model.MulticastDefinition;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.model.OtherwiseDefinition;
import org.apache.camel.model.RecipientListDefinition;
import org.apache.camel.model.RemoveHeaderDefinition;
import org.apache.camel.model.RemoveHeadersDefinition;
import org.apache.camel.model.SetHeaderDefinition;
import org.apache.camel.model.SetHeadersDefinition;
import org.apache.camel.model.SplitDefinition;
import org.apache.camel.model.TryDefinition;
import org.apache.camel.model.WireTapDefinition;

/** What one saga says over Kafka stays in order by its key. Follows whether the message has one by then. */
final class KafkaKey implements Check {

    @Override
    public void look(Sagas sagas, Findings findings) {
        Tree tree = sagas.tree();
        sagas.written().routes().stream()
                .filter(route -> route.saga().isPresent())
                .forEach(route -> follow(tree.of(route), false, findings));
        sagas.steps().forEach(step -> {
            follow(step.completion(), false, findings);
            follow(step.compensation(), false, findings);
        });
    }

    /** @return whether the message has a key afterwards */
    private static boolean follow(List<Node> nodes, boolean keyed, Findings findings) {
        boolean now = keyed;
        for (Node node : nodes) {
            now = follow(node, now, findings);
        }
        return now;
    }

    private static boolean follow(Node node, boolean keyed, Findings findings) {
        OptionalIdentifiedDefinition<?> eip = node.eip();
        if (sets(node)) {
            return true;
        }
        if (removes(node)) {
            return false;
        }
        if (!keyed && !Targets.isPolling(eip)) {
            Targets.of(eip, node.route()).filter(KafkaKey::isUnkeyed).forEach(address -> tell(node, address, findings));
        }
        boolean copies = eip instanceof MulticastDefinition
                || eip instanceof SplitDefinition
                || eip instanceof RecipientListDefinition<?>
                || eip instanceof WireTapDefinition<?>;
        if (copies || node.shape() == Node.Shape.CHOICE) {
            boolean all = true;
            for (List<Node> branch : node.branches().toList()) {
                all &= follow(branch, keyed, findings);
            }
            return copies ? keyed : all && (keyed || hasOtherwise(node));
        }
        boolean after = follow(node.inside(), keyed, findings);
        for (Node.Entered entered : node.entered()) {
            after = follow(entered.nodes(), after, findings);
        }
        return maybe(node) ? keyed && after : after;
    }

    private static void tell(Node node, Address address, Findings findings) {
        findings.add(
                Rule.KAFKA_KEY,
                node.place(),
                "%s gets the saga's message without a key: what one saga says can overtake itself on another partition."
                        .formatted(address.shown()),
                "set the header %s to ${header.sagaId} before it, or use kamelet:publish."
                        .formatted(KafkaConstants.KEY));
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
