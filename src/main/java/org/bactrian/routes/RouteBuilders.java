package org.bactrian.routes;

import java.util.ArrayList;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/** Route files as Camel's own loaders read them. */
public final class RouteBuilders {
    private RouteBuilders() {}

    /**
     * What the file says, read by that context but not added to it; its route configurations are there, its routes are when they
     * are asked for.
     *
     * @param text to read instead of the file's, line by line the same
     * @throws RouteFault if Camel does not understand it
     */
    public static List<RouteBuilder> configured(CamelContext context, RouteFile file, String text) {
        try {
            var builders = new ArrayList<RouteBuilder>();
            for (RoutesBuilder found : PluginHelper.getRoutesLoader(context)
                    .findRoutesBuilders(List.of(
                            ResourceHelper.fromString("file:" + file.path().toAbsolutePath(), text)))) {
                var builder = (RouteBuilder) found;
                builder.setCamelContext(context);
                if (builder instanceof RouteConfigurationBuilder configuring) {
                    configuring.configuration();
                }
                builders.add(builder);
            }
            return builders;
        } catch (Exception e) {
            throw RouteFault.of(file, e);
        } catch (StackOverflowError e) {
            throw RouteFault.tooDeep(file.path());
        }
    }
}
