package org.bactrian.lint;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.model.RemoveHeaderDefinition;
import org.apache.camel.model.RemoveHeadersDefinition;
import org.apache.camel.model.SetHeaderDefinition;
import org.apache.camel.model.SetHeadersDefinition;
import org.apache.camel.support.PatternHelper;
import org.bactrian.saga.Headers;

/** The header that says which saga a message belongs to must stay as it is. */
final class LostSaga implements Check.BetweenSteps {

    @Override
    public void look(Check.Spot spot, Findings findings) {
        if (changes(spot.node())) {
            findings.add(
                    Rule.LOST_SAGA,
                    spot.place(),
                    "%s in %s takes the header %s away from the message: the steps after it are not in the saga."
                            .formatted(spot.node().eip().getShortName(), spot.where(), Headers.LONG_RUNNING_ACTION),
                    "leave it: removeHeaders with excludePattern: \"%s|…\".".formatted(Headers.LONG_RUNNING_ACTION));
        }
    }

    private static boolean changes(Node node) {
        if (node.eip() instanceof RemoveHeadersDefinition remove) {
            return removes(node, remove, Headers.LONG_RUNNING_ACTION);
        }
        return names(node).anyMatch(Headers.LONG_RUNNING_ACTION::equalsIgnoreCase);
    }

    /** Headers that are set or removed by their name. */
    private static Stream<String> names(Node node) {
        Stream<String> names = Stream.of();
        if (node.eip() instanceof RemoveHeaderDefinition remove) {
            names = Stream.ofNullable(remove.getName());
        } else if (node.eip() instanceof SetHeaderDefinition set) {
            names = Stream.ofNullable(set.getName());
        } else if (node.eip() instanceof SetHeadersDefinition set) {
            names = set.getHeaders().stream().map(SetHeaderDefinition::getName);
        }
        return names.map(node.route()::known);
    }

    /** As Camel decides it. */
    static boolean removes(Node node, RemoveHeadersDefinition remove, String header) {
        String pattern = node.route().known(remove.getPattern());
        return PatternHelper.matchPattern(header, pattern)
                && excluded(remove)
                        .map(node.route()::known)
                        .noneMatch(kept -> PatternHelper.matchPattern(header, kept));
    }

    private static Stream<String> excluded(RemoveHeadersDefinition remove) {
        List<String> several = remove.getExcludePatterns() == null ? List.of() : List.of(remove.getExcludePatterns());
        return Stream.concat(several.stream(), Optional.ofNullable(remove.getExcludePattern()).stream());
    }
}
