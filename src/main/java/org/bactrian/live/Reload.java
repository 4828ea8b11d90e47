package org.bactrian.live;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.component.kamelet.KameletEndpoint;
import org.apache.camel.model.Model;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteTemplateDefinition;
import org.bactrian.live.Edit.Placed;
import org.bactrian.live.Swap.New;
import org.bactrian.routes.Item.Kind;
import org.bactrian.routes.RouteFault;
import org.jspecify.annotations.Nullable;

/** Takes an edit into a running context, all of it or nothing: what can fail is tried before anything is stopped. */
final class Reload {
    private static final List<String> TAKERS = List.of("kafka:", "timer:");

    private final ModelCamelContext context;
    private final Model model;
    private final Swap swap;
    private final Deque<Runnable> undo = new ArrayDeque<>();
    private final Runnable check;

    /** @param check throws a {@link RouteFault} if what is to run must not run */
    Reload(CamelContext context, Runnable check) {
        this.check = check;
        this.context = (ModelCamelContext) context;
        this.model = context.getCamelContextExtension().getContextPlugin(Model.class);
        this.swap = new Swap(context);
    }

    /**
     * @param routes that were made, made again or removed; those made of Kamelets by their Kamelet's name
     * @param dropped runs that go on on them
     */
    record Done(Set<String> routes, int dropped) {}

    /**
     * @param betweenRuns makes a change while nothing runs in the routes, and tells how many runs go on afterwards
     * @throws RouteFault if it cannot be taken; then all is as before
     */
    Done take(Edit edit, ToIntFunction<Runnable> betweenRuns) {
        undo.clear();
        try {
            return take(edit, new Definitions(context), betweenRuns);
        } catch (RuntimeException e) {
            undo.forEach(Runnable::run);
            throw e;
        }
    }

    private Done take(Edit edit, Definitions definitions, ToIntFunction<Runnable> betweenRuns) {
        edit.fresh(Kind.CONFIGURATION).forEach(placed -> putConfiguration(placed, definitions.configuration(placed)));
        edit.gone(Kind.CONFIGURATION).forEach(placed -> putConfiguration(placed, null));
        edit.templates().forEach(placed -> putTemplate(placed, definitions.template(placed)));
        edit.gone(Kind.ROUTE_TEMPLATE).forEach(placed -> putTemplate(placed, null));
        var ids = new LinkedHashSet<String>();
        var names = new LinkedHashSet<String>();
        var fresh = new ArrayList<New>();
        kamelets(edit, definitions, fresh, names);
        edit.routes().forEach(placed -> fresh.add(made(placed, definitions)));
        edit.routes().forEach(placed -> names.add(placed.item().id()));
        fresh.forEach(route -> ids.add(route.id()));
        for (Kind kind : List.of(Kind.ROUTE, Kind.TEMPLATED_ROUTE)) {
            edit.gone(kind).forEach(placed -> ids.add(placed.item().id()));
            edit.gone(kind).forEach(placed -> names.add(placed.item().id()));
        }
        requireSound();
        Runnable replace = () -> swap.replace(ids, fresh);
        if (ids.stream().anyMatch(this::canHoldRuns)) {
            return new Done(names, betweenRuns.applyAsInt(replace));
        }
        replace.run();
        return new Done(names, 0);
    }

    /** After everything was made: what Camel cannot make is told as such. */
    private void requireSound() {
        try {
            check.run();
        } catch (RuntimeException e) {
            undo.push(this::removeOrphans);
            throw e;
        }
    }

    /** A run is in no route that is new; nor does it come to one that takes what it has missed when it is there again. */
    private boolean canHoldRuns(String id) {
        Route route = context.getRoute(id);
        return route != null && TAKERS.stream().noneMatch(route.getEndpoint().getEndpointUri()::startsWith);
    }

    private New made(Placed placed, Definitions definitions) {
        String id = placed.item().id();
        if (placed.item().kind() == Kind.TEMPLATED_ROUTE) {
            var route = definitions.templatedRoute(placed);
            return new New(placed, id, camel -> camel.addRouteFromTemplatedRoute(route));
        }
        RouteDefinition route = definitions.route(placed);
        try {
            new Trial(context).make(route);
        } catch (Exception e) {
            undo.push(this::removeOrphans);
            throw RouteFault.of(placed.file(), placed.item(), e);
        }
        return new New(placed, id, camel -> camel.addRouteDefinition(route));
    }

    /** One that nobody uses yet is read when somebody does. */
    private void kamelets(Edit edit, Definitions definitions, List<New> fresh, Set<String> names) {
        var kamelets = new Kamelets(context);
        for (Placed placed : edit.gone(Kind.KAMELET)) {
            if (!kamelets.of(placed.item().id()).isEmpty()) {
                throw new RouteFault(
                        placed.file().path(),
                        1,
                        "is gone, but routes use Kamelet '%s'"
                                .formatted(placed.item().id()));
            }
            putTemplate(placed, null);
        }
        for (Placed placed : edit.fresh(Kind.KAMELET)) {
            names.add("kamelet:" + placed.item().id());
            putTemplate(placed, definitions.template(placed));
            kamelets.of(placed.item().id()).forEach(endpoint -> fresh.add(made(placed, endpoint)));
        }
    }

    private New made(Placed placed, KameletEndpoint endpoint) {
        RouteDefinition old = model.getRouteDefinition(endpoint.getRouteId());
        Map<String, Object> was =
                old == null || old.getTemplateParameters() == null ? Map.of() : old.getTemplateParameters();
        return new New(
                placed,
                endpoint.getRouteId(),
                camel -> camel.addRouteFromKamelet(
                        endpoint.getRouteId(),
                        endpoint.getTemplateId(),
                        (String) endpoint.getKameletProperties().get("uuid"),
                        null,
                        (String) was.get("parentRouteId"),
                        (String) was.get("parentProcessorId"),
                        endpoint.getKameletProperties()));
    }

    private void putConfiguration(Placed placed, @Nullable RouteConfigurationDefinition fresh) {
        var all = model.getRouteConfigurationDefinitions();
        var before = List.copyOf(all);
        undo.push(() -> {
            all.clear();
            all.addAll(before);
        });
        all.removeIf(known -> placed.item().id().equals(known.getId() == null ? "" : known.getId()));
        if (fresh != null) {
            model.addRouteConfiguration(fresh);
        }
    }

    private void putTemplate(Placed placed, @Nullable RouteTemplateDefinition fresh) {
        var all = model.getRouteTemplateDefinitions();
        var before = List.copyOf(all);
        undo.push(() -> {
            all.clear();
            all.addAll(before);
        });
        all.removeIf(known -> placed.item().id().equals(known.getId()));
        if (fresh != null) {
            all.add(fresh);
        }
    }

    private void removeOrphans() {
        try {
            swap.removeOrphans();
        } catch (Exception e) {
            throw new IllegalStateException("routes of Kamelets that nobody uses cannot be removed", e);
        }
    }
}
