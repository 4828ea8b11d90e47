package org.bactrian.lint;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

/** What one saga says over Kafka stays in order by its key: on every way to where it is said, the message has one. */
final class KafkaKey implements Check {

    @Override
    public void look(Sagas sagas, Findings findings) {
        Tree tree = sagas.tree();
        List<WrittenRoute> routes = sagas.written().routes();
        Set<WrittenRoute> called = new HashSet<>();
        routes.forEach(route -> Tree.walkWithin(
                tree.of(route),
                (node, around) -> node.entered().stream()
                        .filter(entered -> !entered.chosen())
                        .forEach(entered -> called.add(entered.route()))));
        var following = new KeyedWays(tree, findings);
        routes.stream()
                .filter(route -> !called.contains(route) && !KeyedWays.isOnlyCalled(route))
                .forEach(following::begin);
        sagas.steps().forEach(step -> {
            following.callBack(step.completion());
            following.callBack(step.compensation());
        });
        routes.stream().filter(route -> route.saga().isPresent()).forEach(following::beginUnlessCalled);
    }

    static boolean copies(OptionalIdentifiedDefinition<?> eip) {
        return eip instanceof MulticastDefinition
                || eip instanceof SplitDefinition
                || eip instanceof RecipientListDefinition<?>
                || eip instanceof WireTapDefinition<?>;
    }

    /** Whether it is not known if what is inside happens. */
    static boolean maybe(Node node) {
        return node.eip() instanceof FilterDefinition
                || node.eip() instanceof TryDefinition
                || node.shape() == Node.Shape.LOOP;
    }

    static boolean hasOtherwise(Node node) {
        return node.inside().stream().anyMatch(branch -> branch.eip() instanceof OtherwiseDefinition)
                || node.inside().isEmpty();
    }

    static boolean isUnkeyed(Address address) {
        return address.scheme().equals("kafka") && address.option("key").isEmpty();
    }

    static boolean sets(Node node) {
        Stream<SetHeaderDefinition> set = Stream.of();
        if (node.eip() instanceof SetHeaderDefinition one) {
            set = Stream.of(one);
        } else if (node.eip() instanceof SetHeadersDefinition several) {
            set = several.getHeaders().stream();
        }
        return set.anyMatch(header -> isKey(node, header.getName()));
    }

    static boolean removes(Node node) {
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
