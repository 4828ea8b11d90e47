package org.bactrian.camel;

import org.apache.camel.Category;
import org.apache.camel.Component;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * Submit messages as sagas to a pipeline, and consume them in the pipeline's route.
 *
 * <p>As a producer it enters the message into the saga log as a new saga, or finds the one that has this key, and sets
 * the headers {@code sagaId}, {@code sagaStatus}, {@code sagaIsNew}, {@code sagaEnded} (true if it waited and the saga has
 * ended) and {@code Long-Running-Action}; the body is left alone. The run goes on by itself. Another body under a known key throws {@code org.bactrian.log.KeyTaken}.
 * While as many sagas run as may, a new one waits in the log and runs when there is room.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "pipeline",
        title = "Pipeline",
        syntax = "pipeline:routeId",
        category = {Category.CORE, Category.WORKFLOW})
public final class PipelineEndpoint extends DefaultEndpoint {
    @UriPath(description = "The id of the pipeline's route, which consumes from this endpoint.")
    @Metadata(required = true)
    private final String routeId;

    @UriParam(
            label = "producer",
            description =
                    "The business key, evaluated per message as a Simple expression: one saga per pipeline and key."
                            + " Required for producers.")
    private @Nullable String key;

    @UriParam(
            label = "producer",
            description =
                    "A Prefer header (RFC 7240), evaluated per message as a Simple expression. Its wait=N (seconds, at"
                            + " most 30) lets the exchange wait for the saga's end; without it the exchange goes on at once.")
    private @Nullable String prefer;

    @UriParam(
            label = "producer",
            defaultValue = "false",
            description =
                    "Whether the source stops by itself while many sagas wait, as a consumer of the bean pacedConsumers does: what"
                            + " it has in hand already is entered then. Otherwise a new saga is refused with"
                            + " org.bactrian.camel.NoRoom while saga.waiting.most of them wait.")
    private boolean paced;

    PipelineEndpoint(String uri, Component component, String routeId) {
        super(uri, component);
        this.routeId = routeId;
    }

    @Override
    public Producer createProducer() {
        return new PipelineProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        var consumer = new PipelineConsumer(this, processor);
        configureConsumer(consumer);
        return consumer;
    }

    @Override
    public PipelineComponent getComponent() {
        return (PipelineComponent) super.getComponent();
    }

    public String getRouteId() {
        return routeId;
    }

    public @Nullable String getKey() {
        return key;
    }

    public void setKey(String key) {
        this.key = key;
    }

    public @Nullable String getPrefer() {
        return prefer;
    }

    public void setPrefer(String prefer) {
        this.prefer = prefer;
    }

    public boolean isPaced() {
        return paced;
    }

    public void setPaced(boolean paced) {
        this.paced = paced;
    }
}
