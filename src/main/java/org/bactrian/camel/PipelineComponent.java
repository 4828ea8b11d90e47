package org.bactrian.camel;

import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/** {@code pipeline:ROUTE-ID}: the one way into a pipeline. */
@Component("pipeline")
public final class PipelineComponent extends DefaultComponent {
    private final Map<String, PipelineConsumer> consumers = new ConcurrentHashMap<>();

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        var endpoint = new PipelineEndpoint(uri, this, remaining);
        setProperties(endpoint, parameters);
        return endpoint;
    }

    void add(String routeId, PipelineConsumer consumer) {
        if (consumers.putIfAbsent(routeId, consumer) != null) {
            throw new IllegalStateException(PipelineFaults.secondConsumer(routeId));
        }
    }

    void remove(String routeId, PipelineConsumer consumer) {
        consumers.remove(routeId, consumer);
    }

    /** Empty if no such pipeline runs here. */
    Optional<PipelineConsumer> find(String routeId) {
        return Optional.ofNullable(consumers.get(routeId));
    }

    /** The route ids of those that run here. */
    SortedSet<String> names() {
        return new TreeSet<>(consumers.keySet());
    }

    /** @throws IllegalStateException if no such pipeline runs here */
    PipelineConsumer consumer(String routeId) {
        return find(routeId).orElseThrow(() -> new IllegalStateException(PipelineFaults.unknown(routeId)));
    }
}
