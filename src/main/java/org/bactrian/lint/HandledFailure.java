package org.bactrian.lint;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.ExpressionFactory;
import org.apache.camel.model.ExpressionSubElementDefinition;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.errorhandler.DeadLetterChannelDefinition;
import org.apache.camel.model.errorhandler.RefErrorHandlerDefinition;
import org.apache.camel.model.language.ConstantExpression;
import org.apache.camel.model.language.ExpressionDefinition;
import org.apache.camel.model.language.SimpleExpression;
import org.bactrian.lint.Check.Spot;
import org.jspecify.annotations.Nullable;

/** A failure in the route of a pipeline, a step or a callback must leave it; handled, it would count as success. */
final class HandledFailure implements Check {
    private static final String DEAD_LETTERS = DeadLetterChannelDefinition.class.getSimpleName();

    @Override
    public void look(Sagas sagas, Findings findings) {
        Map<WrittenRoute, Place> routes = new LinkedHashMap<>();
        sagas.pipelines().forEach(pipeline -> {
            routes.put(pipeline.route(), pipeline.route().place());
            Tree.walk(
                    pipeline.nodes(),
                    (node, around) -> Spot.chooser(node.route(), around)
                            .ifPresentOrElse(
                                    chooser -> routes.putIfAbsent(node.route(), chooser.place()),
                                    () -> routes.put(node.route(), node.route().place())));
        });
        sagas.steps().forEach(step -> {
            routes.put(step.route(), step.route().place());
            Stream.concat(step.completion().stream(), step.compensation().stream())
                    .map(Node::route)
                    .forEach(route -> routes.put(route, route.place()));
        });
        routes.forEach((route, place) -> look(route, place, sagas.written(), findings));
    }

    /** @param place of the route, or of the expression that leads there */
    private static void look(WrittenRoute route, Place place, Written written, Findings findings) {
        String where = place.equals(route.place()) ? "" : "route %s, where that can lead: ".formatted(route.id());
        for (OnExceptionDefinition rule : route.onExceptions()) {
            if (canBeTrue(route, rule.getHandled()) || canBeTrue(route, rule.getContinued())) {
                Place there = route.place(rule);
                findings.add(
                        Rule.HANDLED_FAILURE,
                        place,
                        where
                                + "onException %s (%s:%d) says %s: a failure would count as success, and the saga could complete without what has failed."
                                        .formatted(
                                                rule.getId() == null ? "without id" : rule.getId(),
                                                there.file().getFileName(),
                                                there.line(),
                                                canBeTrue(route, rule.getHandled()) ? "handled" : "continued"),
                        "let failures leave the route, errorHandlerRef: stepErrors; handle them where the saga is asked for.");
            }
        }
        if (hasDeadLetters(route, written)) {
            findings.add(
                    Rule.HANDLED_FAILURE,
                    place,
                    where + "its error handler is a dead letter channel: a failure would count as success.",
                    "use errorHandlerRef: stepErrors.");
        }
    }

    private static boolean hasDeadLetters(WrittenRoute route, Written written) {
        RouteDefinition definition = route.definition();
        var given = definition.getErrorHandler();
        return Stream.of(definition.getErrorHandlerFactory(), given == null ? null : given.getErrorHandlerType())
                .anyMatch(handler -> handler instanceof DeadLetterChannelDefinition
                        || (handler instanceof RefErrorHandlerDefinition named
                                && isDeadLetters(route.known(named.getRef()), written)));
    }

    /** As far as a file of routes or the configuration makes the bean. */
    private static boolean isDeadLetters(String reference, Written written) {
        String name = reference.replaceFirst("^#(bean:)?", "");
        return Stream.of(
                        Optional.ofNullable(written.beans().get(name)),
                        written.ground().configuredType(name))
                .flatMap(Optional::stream)
                .anyMatch(type -> type.contains(DEAD_LETTERS));
    }

    private static boolean canBeTrue(WrittenRoute route, @Nullable ExpressionSubElementDefinition condition) {
        if (condition == null) {
            return false;
        }
        ExpressionFactory expression = condition.getExpressionType();
        return !(expression instanceof ConstantExpression || expression instanceof SimpleExpression)
                || !route.known(((ExpressionDefinition) expression).getExpression())
                        .strip()
                        .equalsIgnoreCase("false");
    }
}
