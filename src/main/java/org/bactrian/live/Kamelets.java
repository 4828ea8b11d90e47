package org.bactrian.live;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.EndpointAware;
import org.apache.camel.Route;
import org.apache.camel.Service;
import org.apache.camel.component.kamelet.KameletEndpoint;
import org.apache.camel.support.service.ServiceHelper;

/** The routes that were made of Kamelets, one for each way a Kamelet is used. */
record Kamelets(CamelContext context) {

    /** The endpoints that use this Kamelet. */
    List<KameletEndpoint> of(String name) {
        return used().filter(endpoint -> endpoint.getTemplateId().equals(name))
                .distinct()
                .toList();
    }

    /** Ids of routes that nobody can call any more. */
    Set<String> orphans() {
        Set<String> orphans = new HashSet<>();
        context.getRoutes().stream()
                .filter(Route::isCreatedByKamelet)
                .map(Route::getRouteId)
                .forEach(orphans::add);
        used().map(KameletEndpoint::getRouteId).forEach(orphans::remove);
        return orphans;
    }

    /** Those that the context knows, and those that only a route's processors hold. */
    private Stream<KameletEndpoint> used() {
        return Stream.concat(
                        context.getEndpoints().stream(),
                        context.getRoutes().stream()
                                .flatMap(Kamelets::services)
                                .filter(EndpointAware.class::isInstance)
                                .map(service -> ((EndpointAware) service).getEndpoint()))
                .filter(KameletEndpoint.class::isInstance)
                .map(KameletEndpoint.class::cast)
                .filter(endpoint -> !Set.of("source", "sink").contains(endpoint.getTemplateId()))
                .filter(endpoint -> !isInside(endpoint));
    }

    /** {@code kamelet:source} and {@code kamelet:sink} stand in a Kamelet and do not use it. */
    private static boolean isInside(KameletEndpoint endpoint) {
        return endpoint.getEndpointUri().matches("kamelet:(//)?(source|sink)\\b.*");
    }

    private static Stream<Service> services(Route route) {
        return Stream.of(route.getServices(), route.getOnExceptions(), route.getOnCompletions())
                .flatMap(Collection::stream)
                .filter(Service.class::isInstance)
                .flatMap(service -> ServiceHelper.getChildServices((Service) service, true).stream());
    }
}
