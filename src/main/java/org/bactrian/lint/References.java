package org.bactrian.lint;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.camel.model.AggregationStrategyAwareDefinition;
import org.apache.camel.model.BeanDefinition;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.model.PolicyDefinition;
import org.apache.camel.model.ProcessDefinition;
import org.apache.camel.model.language.MethodCallExpression;
import org.jspecify.annotations.Nullable;

/** Every bean and route configuration that a route names is there. */
final class References implements Check {
    private static final Map<Class<?>, String> NAMED =
            Map.of(PolicyDefinition.class, "policy", BeanDefinition.class, "bean", ProcessDefinition.class, "process");

    @Override
    public void look(Sagas sagas, Findings findings) {
        Written written = sagas.written();
        Tree tree = sagas.tree();
        for (WrittenRoute route : written.routes()) {
            String configuration = route.definition().getRouteConfigurationId();
            if (configuration != null && route.definition().getAppliedRouteConfigurationIds() == null) {
                findings.add(
                        Rule.NOWHERE,
                        route.place(),
                        "there is no routeConfiguration %s: Camel would leave it out without a word."
                                .formatted(configuration),
                        "mend the name, or add the routeConfiguration.");
            }
            look("errorHandlerRef", route.definition().getErrorHandlerRef(), route, route::place, written, findings);
            Tree.walkWithin(tree.of(route), (node, around) -> look(node, written, findings));
        }
    }

    private static void look(Node node, Written written, Findings findings) {
        OptionalIdentifiedDefinition<?> eip = node.eip();
        Optional.ofNullable(NAMED.get(eip.getClass()))
                .ifPresent(what -> Parts.option(node.route(), eip, "ref")
                        .ifPresent(ref -> look(what, ref, node.route(), node::place, written, findings)));
        Parts.expressions(eip).stream()
                .filter(MethodCallExpression.class::isInstance)
                .map(method -> ((MethodCallExpression) method).getRef())
                .forEach(ref -> look("method", ref, node.route(), node::place, written, findings));
        if (ParallelStage.isFork(node) || eip instanceof AggregationStrategyAwareDefinition<?>) {
            Parts.option(node.route(), eip, "aggregationStrategy")
                    .ifPresent(ref -> look("aggregationStrategy", ref, node.route(), node::place, written, findings));
        }
    }

    private static void look(
            String what,
            @Nullable String reference,
            WrittenRoute route,
            Supplier<Place> place,
            Written written,
            Findings findings) {
        if (reference == null) {
            return;
        }
        String name = route.known(reference).replaceFirst("^#(bean:)?", "");
        if (name.matches("[\\w.-]+") && !written.isBeanOrClass(name)) {
            findings.add(
                    Rule.NOWHERE,
                    place.get(),
                    "%s %s: there is no bean of that name.".formatted(what, name),
                    "mend the name, or add the bean to 'beans:' or the configuration.");
        }
    }
}
