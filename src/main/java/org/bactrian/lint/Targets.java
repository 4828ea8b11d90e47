package org.bactrian.lint;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.model.DynamicRouterDefinition;
import org.apache.camel.model.EnrichDefinition;
import org.apache.camel.model.ExpressionNode;
import org.apache.camel.model.KameletDefinition;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.model.PollDefinition;
import org.apache.camel.model.PollEnrichDefinition;
import org.apache.camel.model.RecipientListDefinition;
import org.apache.camel.model.RoutingSlipDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.model.language.ConstantExpression;
import org.apache.camel.model.language.ExpressionDefinition;
import org.apache.camel.model.language.SimpleExpression;

/** The endpoints that an EIP sends the message to, or asks. */
final class Targets {
    /** Where a Kamelet hands back to who uses it: no way further in. */
    private static final Set<String> BACK = Set.of("kamelet:source", "kamelet:sink");

    /** Of which nothing can be known before a message is there. */
    private static final String ANYWHERE = "${?}";

    private Targets() {}

    /** Those whose keys have values; as they are called if that depends on the message. */
    static Stream<Address> of(OptionalIdentifiedDefinition<?> eip, WrittenRoute route) {
        return uris(eip).flatMap(uri -> of(uri, route));
    }

    static Stream<Address> of(String uri, WrittenRoute route) {
        try {
            return Stream.of(Address.of(route.resolve(uri)));
        } catch (IllegalArgumentException e) {
            return Stream.of(); // told by the rule for addresses
        }
    }

    /** As they are written. */
    static Stream<String> uris(OptionalIdentifiedDefinition<?> eip) {
        Stream<String> uris = Stream.of();
        if (eip instanceof ToDefinition to) {
            uris = Stream.of(Optional.ofNullable(to.getUri()).orElse(to.getEndpointUri()));
        } else if (eip instanceof ToDynamicDefinition to) {
            uris = Stream.of(to.getUri());
        } else if (eip instanceof PollDefinition poll) {
            uris = Stream.of(poll.getUri());
        } else if (eip instanceof KameletDefinition kamelet) {
            uris = Stream.of("kamelet:" + kamelet.getName());
        } else if (eip instanceof RecipientListDefinition<?> list) {
            uris = list(list, list.getDelimiter());
        } else if (eip instanceof RoutingSlipDefinition<?> slip) {
            uris = list(slip, slip.getUriDelimiter());
        } else if (eip instanceof DynamicRouterDefinition<?>) {
            uris = Stream.of(ANYWHERE);
        } else if (isAsking(eip)) {
            uris = Stream.of(text(((ExpressionNode) eip).getExpression()));
        }
        return uris.map(String::strip).filter(uri -> !BACK.contains(uri.replaceFirst("\\?.*", "")));
    }

    /** Whether it takes something from the endpoint instead of sending the message there. */
    static boolean isPolling(OptionalIdentifiedDefinition<?> eip) {
        return eip instanceof PollDefinition || eip instanceof PollEnrichDefinition;
    }

    /** Options as they are shown to a person: none but the one that says what an HTTP call does. */
    static String shown(Address address) {
        Map<String, String> options = address.options();
        return options.containsKey("httpMethod") ? options.get("httpMethod") + " " + address.shown() : address.shown();
    }

    private static boolean isAsking(OptionalIdentifiedDefinition<?> eip) {
        return eip instanceof EnrichDefinition || eip instanceof PollEnrichDefinition;
    }

    private static Stream<String> list(ExpressionNode node, String delimiter) {
        String text = text(node.getExpression());
        String between = Pattern.quote(delimiter == null ? "," : delimiter) + "(?![^{]*})"; // not in an expression
        return Arrays.stream(text.split(between, -1)).filter(uri -> !uri.isBlank());
    }

    private static String text(ExpressionDefinition expression) {
        return expression instanceof ConstantExpression || expression instanceof SimpleExpression
                ? expression.getExpression()
                : ANYWHERE;
    }
}
