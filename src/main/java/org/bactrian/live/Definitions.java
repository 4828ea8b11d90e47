package org.bactrian.live;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.model.TemplatedRouteDefinition;
import org.bactrian.live.Edit.Placed;
import org.bactrian.routes.RouteBuilders;
import org.bactrian.routes.RouteFault;
import org.bactrian.routes.RouteFile;
import org.jspecify.annotations.Nullable;

/**
 * The items of route files as Camel reads them, each file once. Nothing of it runs, but the context knows the beans. Faults of
 * a file are thrown as {@link RouteFault}.
 */
final class Definitions {
    private final CamelContext context;
    private final Map<Path, List<RouteBuilder>> configurations = new HashMap<>();
    private final Map<Path, List<RouteBuilder>> routes = new HashMap<>();

    Definitions(CamelContext context) {
        this.context = context;
    }

    RouteConfigurationDefinition configuration(Placed placed) {
        return find(
                placed,
                configurations(placed.file()).stream()
                        .filter(RouteConfigurationBuilder.class::isInstance)
                        .flatMap(builder -> ((RouteConfigurationBuilder) builder)
                                .getRouteConfigurationCollection().getRouteConfigurations().stream())
                        .toList());
    }

    RouteTemplateDefinition template(Placed placed) {
        return find(
                placed,
                routes(placed.file()).stream()
                        .flatMap(builder -> builder.getRouteTemplateCollection().getRouteTemplates().stream())
                        .toList());
    }

    /** With the route configurations that the context has when the file's first route is asked for. */
    RouteDefinition route(Placed placed) {
        return find(
                placed,
                routes(placed.file()).stream()
                        .flatMap(builder -> builder.getRouteCollection().getRoutes().stream())
                        .toList());
    }

    TemplatedRouteDefinition templatedRoute(Placed placed) {
        return routes(placed.file()).stream()
                .flatMap(builder -> builder.getTemplatedRouteCollection().getTemplatedRoutes().stream())
                .filter(route -> placed.item().id().equals(route.getRouteId()))
                .findFirst()
                .orElseThrow(() -> missing(placed));
    }

    private List<RouteBuilder> configurations(RouteFile file) {
        return configurations.computeIfAbsent(
                file.path(), path -> RouteBuilders.configured(context, file, file.text()));
    }

    private List<RouteBuilder> routes(RouteFile file) {
        return routes.computeIfAbsent(file.path(), path -> {
            List<RouteBuilder> builders = configurations(file);
            try {
                for (RouteBuilder builder : builders) {
                    builder.configureRoutes(context);
                }
                return builders;
            } catch (Exception e) {
                throw RouteFault.of(file, e);
            }
        });
    }

    private static <T extends OptionalIdentifiedDefinition<?>> T find(Placed placed, List<T> definitions) {
        return definitions.stream()
                .filter(definition -> placed.item().id().equals(orEmpty(definition.getId())))
                .findFirst()
                .orElseThrow(() -> missing(placed));
    }

    private static String orEmpty(@Nullable String id) {
        return id == null ? "" : id;
    }

    private static RouteFault missing(Placed placed) {
        return new RouteFault(
                placed.file().path(),
                placed.item().line(),
                "Camel does not know %s '%s'"
                        .formatted(placed.item().kind().word(), placed.item().id()));
    }
}
