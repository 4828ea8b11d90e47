package org.bactrian.live;

import java.util.ArrayList;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.LifecycleStrategySupport;

/** Makes routes without running them, beside those that run: tells what Camel cannot make before anything is stopped. */
record Trial(CamelContext context) {

    /** What was made for a route that cannot be made is taken away again. */
    void make(RouteDefinition route) throws Exception {
        var made = new Made(Thread.currentThread());
        context.addLifecycleStrategy(made);
        try {
            context.getCamelContextExtension().createRoute(route.getRouteId());
            var unused = model().getModelReifierFactory().createRoute(context, route);
        } catch (Exception e) {
            for (Endpoint endpoint : made.endpoints) {
                context.removeEndpoint(endpoint);
            }
            throw e;
        } finally {
            context.getCamelContextExtension().createRoute(null);
            context.getLifecycleStrategies().remove(made);
        }
    }

    private Model model() {
        return context.getCamelContextExtension().getContextPlugin(Model.class);
    }

    /** Endpoints that come to be on this thread; others make theirs at the same time. */
    private static final class Made extends LifecycleStrategySupport {
        private final Thread thread;
        private final List<Endpoint> endpoints = new ArrayList<>();

        Made(Thread thread) {
            this.thread = thread;
        }

        @Override
        public void onEndpointAdd(Endpoint endpoint) {
            if (Thread.currentThread() == thread) {
                endpoints.add(endpoint);
            }
        }
    }
}
