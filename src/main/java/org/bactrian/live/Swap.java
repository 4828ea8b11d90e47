package org.bactrian.live;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.health.HealthCheckRepository;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.service.ServiceHelper;
import org.bactrian.routes.RouteFault;

/**
 * Puts routes in the place of others of the same ids. What is under way in them is let go on for a moment. If a new one cannot
 * start, those from before are there again.
 */
final class Swap {
    /** For what is under way in the routes, all together. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private static final long LOOK_MILLIS = 10;
    private static final long FORCED_MILLIS = 100;
    private static final String HEALTH = "routes";

    private final CamelContext context;
    private final Model model;

    Swap(CamelContext context) {
        this.context = context;
        this.model = context.getCamelContextExtension().getContextPlugin(Model.class);
    }

    /** Adds a route to the context and starts it. */
    interface Adding {
        void add(Model model) throws Exception;
    }

    /** @throws RouteFault as {@code described} says, if a route cannot start; all is as before then */
    void replace(Collection<String> ids, List<New> fresh) {
        if (ids.isEmpty()) {
            return;
        }
        Optional<HealthCheckRepository> health = Optional.ofNullable(HealthCheckRegistry.get(context))
                .flatMap(registry -> registry.getRepository(HEALTH));
        boolean watched = health.map(HealthCheckRepository::isEnabled).orElse(false);
        health.ifPresent(checks -> checks.setEnabled(false)); // what is being replaced is not down
        try {
            List<RouteDefinition> old = ids.stream()
                    .map(model::getRouteDefinition)
                    .filter(Objects::nonNull)
                    .toList();
            remove(ids);
            add(fresh, old);
            removeOrphans();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("routes %s cannot be replaced".formatted(ids), e);
        } finally {
            health.ifPresent(checks -> checks.setEnabled(watched));
        }
    }

    /**
     * One to be started.
     *
     * @param placed where it is written, for faults
     */
    record New(Edit.Placed placed, String id, Adding adding) {}

    /** As {@link Kamelets#orphans}: removing one can make others. */
    void removeOrphans() throws Exception {
        var kamelets = new Kamelets(context);
        for (var orphans = kamelets.orphans(); !orphans.isEmpty(); orphans = kamelets.orphans()) {
            remove(orphans);
        }
    }

    private void add(List<New> fresh, List<RouteDefinition> old) throws Exception {
        var added = new ArrayList<String>();
        for (New route : fresh) {
            try {
                added.add(route.id());
                route.adding().add(model);
            } catch (Exception e) {
                remove(added);
                model.addRouteDefinitions(old);
                removeOrphans();
                throw RouteFault.of(route.placed().file(), route.placed().item(), e);
            }
        }
    }

    private void remove(Collection<String> ids) throws Exception {
        List<Route> routes =
                ids.stream().map(context::getRoute).filter(Objects::nonNull).toList();
        for (Route route : routes) {
            ServiceHelper.stopService(route.getConsumer()); // who calls it waits for the next one
        }
        boolean drained = drain(ids);
        for (Route route : routes) {
            String id = route.getRouteId();
            context.getRouteController()
                    .stopRoute(id, drained ? GRACE.toMillis() : FORCED_MILLIS, TimeUnit.MILLISECONDS);
            context.removeRoute(id);
        }
        for (String id : ids) {
            RouteDefinition left = model.getRouteDefinition(id);
            if (left != null) {
                model.removeRouteDefinition(left); // it never came to be a route
            }
        }
    }

    /** Whether nothing is under way in them any more. */
    private boolean drain(Collection<String> ids) throws InterruptedException {
        var never = new CountDownLatch(1);
        for (long left = GRACE.toMillis(); left > 0 && underWay(ids); left -= LOOK_MILLIS) {
            var unused = never.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
        return !underWay(ids);
    }

    private boolean underWay(Collection<String> ids) {
        return ids.stream().anyMatch(id -> context.getInflightRepository().size(id) > 0);
    }
}
