package org.bactrian.lint;

import org.apache.camel.CamelContext;
import org.apache.camel.Predicate;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.language.SimpleExpression;
import org.apache.camel.spi.PropertiesSource;
import org.apache.camel.support.DefaultExchange;
import org.jspecify.annotations.Nullable;

/** The application's configuration, for a context that only reads routes. */
record Configured(Ground ground) implements PropertiesSource {

    @Override
    public String getName() {
        return "application";
    }

    @Override
    public @Nullable String getProperty(String name) {
        return ground.context().getPropertiesComponent().resolveProperty(name).orElse(null);
    }

    /** As Camel decides it: a route whose precondition is not true is left out. */
    static boolean includes(CamelContext context, RouteDefinition route) {
        if (route.getPrecondition() == null) {
            return true;
        }
        var condition = new SimpleExpression(route.getPrecondition());
        condition.initPredicate(context);
        Predicate predicate = condition.getPredicate();
        predicate.initPredicate(context);
        return predicate.matches(new DefaultExchange(context));
    }
}
