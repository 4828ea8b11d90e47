package org.bactrian.lint;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.model.ExpressionSubElementDefinition;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.errorhandler.DeadLetterChannelDefinition;
import org.apache.camel.model.errorhandler.RefErrorHandlerDefinition;
import org.apache.camel.model.language.ConstantExpression;
import org.jspecify.annotations.Nullable;

/** A failure in the route of a pipeline, a step or a callback must leave it; handled, it would count as success. */
final class HandledFailure implements Check {
    private static final String DEAD_LETTERS = DeadLetterChannelDefinition.class.getSimpleName();

    @Override
    public void look(Sagas sagas, Findings findings) {
        Set<WrittenRoute> routes = new LinkedHashSet<>();
        sagas.pipelines().forEach(pipeline -> {
            routes.add(pipeline.route());
            Tree.all(pipeline.nodes()).forEach(node -> routes.add(node.route()));
        });
        sagas.steps().forEach(step -> {
            routes.add(step.route());
            Stream.of(step.completion(), step.compensation())
                    .flatMap(List::stream)
                    .forEach(node -> routes.add(node.route()));
        });
        routes.forEach(route -> look(route, sagas.written(), findings));
    }

    private static void look(WrittenRoute route, Written written, Findings findings) {
        for (OnExceptionDefinition rule : route.onExceptions()) {
            if (canBeTrue(rule.getHandled()) || canBeTrue(rule.getContinued())) {
                Place there = route.place(rule);
                findings.add(
                        Rule.HANDLED_FAILURE,
                        route.place(),
                        "onException %s (%s:%d) says %s: a failure would count as success, and the saga could complete without what has failed."
                                .formatted(
                                        rule.getId() == null ? "without id" : rule.getId(),
                                        there.file().getFileName(),
                                        there.line(),
                                        canBeTrue(rule.getHandled()) ? "handled" : "continued"),
                        "let failures leave the route, errorHandlerRef: stepErrors; handle them where the saga is asked for.");
            }
        }
        if (hasDeadLetters(route, written)) {
            findings.add(
                    Rule.HANDLED_FAILURE,
                    route.place(),
                    "its error handler is a dead letter channel: a failure would count as success.",
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

    private static boolean canBeTrue(@Nullable ExpressionSubElementDefinition condition) {
        return condition != null
                && !(condition.getExpressionType() instanceof ConstantExpression constant
                        && "false".equals(constant.getExpression()));
    }
}
