package org.bactrian.lint;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.camel.StartupSummaryLevel;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.model.RoutesDefinition;
import org.apache.camel.model.SagaDefinition;
import org.apache.camel.model.TemplatedRouteDefinition;
import org.apache.camel.model.TemplatedRouteParameterDefinition;
import org.bactrian.routes.Beans;
import org.bactrian.routes.RouteBuilders;
import org.bactrian.routes.RouteFault;
import org.bactrian.routes.RouteFile;
import org.jspecify.annotations.Nullable;

/** Reads route files into a context of its own, which never starts: no bean is made, no endpoint, no route. */
final class Reading implements AutoCloseable {
    private final Ground ground;
    private final DefaultCamelContext context = new DefaultCamelContext(false);
    private final Model model;
    private final Lines lines = new Lines();
    private final List<RouteFault> faults = new ArrayList<>();
    private final Map<RouteBuilder, RouteFile> builders = new LinkedHashMap<>();
    private final Map<String, Template> templates = new HashMap<>();
    private final Map<String, String> beans = new HashMap<>();
    private final List<WrittenRoute> routes = new ArrayList<>();

    private record Template(RouteTemplateDefinition definition, RouteFile file) {}

    Reading(Ground ground) {
        this.ground = ground;
        context.disableJMX();
        context.setStartupSummaryLevel(StartupSummaryLevel.Off);
        context.build();
        context.getPropertiesComponent().addPropertiesSource(new Configured(ground));
        this.model = context.getCamelContextExtension().getContextPlugin(Model.class);
    }

    /** @throws Unreadable with the faults of all files */
    void readTexts(Map<Path, String> texts) {
        var files = new ArrayList<RouteFile>();
        new TreeMap<>(texts).forEach((path, text) -> {
            try {
                files.add(RouteFile.of(path, text));
            } catch (RouteFault e) {
                faults.add(e);
            }
        });
        read(files);
    }

    /** @throws Unreadable with the faults of all files */
    void read(Iterable<RouteFile> files) {
        files.forEach(this::parse);
        builders.forEach(this::define);
        builders.forEach(this::stamp);
        builders.clear();
        if (!faults.isEmpty()) {
            throw new Unreadable(faults);
        }
    }

    /** Of all files, those made of templates last. */
    List<WrittenRoute> routes() {
        return List.copyOf(routes);
    }

    /** Bean names to types. */
    Map<String, String> beans() {
        return Map.copyOf(beans);
    }

    /** One use of a Kamelet; empty if there is no such Kamelet among what was read. */
    Optional<WrittenRoute> use(String kamelet, Map<String, String> parameters) {
        return Optional.ofNullable(templates.get(kamelet)).map(template -> made(kamelet, template, parameters, true));
    }

    private void parse(RouteFile file) {
        lines.add(file);
        try {
            Beans own = file.isKamelet() ? new Beans(Map.of(), file.text()) : Beans.of(file);
            beans.putAll(own.types());
            for (RouteBuilder builder : RouteBuilders.configured(context, file, own.rest())) {
                builders.put(builder, file);
                if (builder instanceof RouteConfigurationBuilder configuring) {
                    configuring
                            .getRouteConfigurationCollection()
                            .getRouteConfigurations()
                            .forEach(model::addRouteConfiguration);
                }
            }
        } catch (RouteFault e) {
            faults.add(e);
        } catch (StackOverflowError e) {
            faults.add(RouteFault.tooDeep(file.path()));
        }
    }

    private void define(RouteBuilder builder, RouteFile file) {
        try {
            builder.configure();
            for (RouteTemplateDefinition template :
                    builder.getRouteTemplateCollection().getRouteTemplates()) {
                templates.put(template.getId(), new Template(template, file));
            }
            for (RouteDefinition route : builder.getRouteCollection().getRoutes()) {
                if (!Configured.includes(context, route)) {
                    continue;
                }
                List<ProcessorDefinition<?>> beside = besideSaga(route);
                builder.getRouteCollection().setCamelContext(context);
                builder.getRouteCollection().prepareRoute(route);
                routes.add(new WrittenRoute(
                        id(route.getRouteId()), route, beside, Map.of(), false, file.path(), lines, ground));
            }
        } catch (Exception e) {
            faults.add(RouteFault.of(file, e));
        } catch (StackOverflowError e) {
            faults.add(RouteFault.tooDeep(file.path()));
        }
    }

    private void stamp(RouteBuilder builder, RouteFile file) {
        for (TemplatedRouteDefinition route :
                builder.getTemplatedRouteCollection().getTemplatedRoutes()) {
            var parameters = new HashMap<String, String>();
            if (route.getParameters() != null) {
                for (TemplatedRouteParameterDefinition parameter : route.getParameters()) {
                    parameters.put(parameter.getName(), parameter.getValue());
                }
            }
            Template template = templates.get(route.getRouteTemplateRef());
            if (template == null) {
                faults.add(RouteFault.of(
                        file,
                        new IllegalArgumentException(
                                "there is no routeTemplate %s".formatted(route.getRouteTemplateRef()))));
            } else {
                routes.add(made(id(route.getRouteId()), template, parameters, false));
            }
        }
    }

    private WrittenRoute made(String id, Template template, Map<String, String> given, boolean isKamelet) {
        var parameters = new HashMap<String, String>();
        if (template.definition().getTemplateParameters() != null) {
            template.definition().getTemplateParameters().stream()
                    .filter(parameter -> parameter.getDefaultValue() != null)
                    .forEach(parameter -> parameters.put(parameter.getName(), parameter.getDefaultValue()));
        }
        parameters.putAll(given);
        RouteDefinition route = template.definition().asRouteDefinition();
        route.setLineNumber(template.definition().getLineNumber());
        List<ProcessorDefinition<?>> beside = besideSaga(route);
        var collection = new RoutesDefinition();
        collection.setCamelContext(context);
        collection.prepareRoute(route);
        return new WrittenRoute(
                id, route, beside, parameters, isKamelet, template.file().path(), lines, ground);
    }

    private String id(@Nullable String written) {
        return written == null ? WrittenRoute.NO_ID : ground.known(written, Map.of());
    }

    /** Before Camel moves it inside. */
    private static List<ProcessorDefinition<?>> besideSaga(RouteDefinition route) {
        List<ProcessorDefinition<?>> outputs = route.getOutputs();
        return outputs.stream().noneMatch(SagaDefinition.class::isInstance)
                ? List.of()
                : outputs.stream().filter(output -> !output.isAbstract()).toList();
    }

    @Override
    public void close() {
        context.stop();
    }
}
