package org.bactrian.camel;

import java.time.Duration;
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
 * Wait, without a thread, for a signal to the saga of this exchange.
 *
 * <p>The signal's payload becomes the body and its type the header {@code messageType}. A signal that came before is
 * found. The wait ends with the limit of the step around it at the latest; the step has failed then.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "await",
        title = "Await",
        syntax = "await:name",
        producerOnly = true,
        category = {Category.CORE, Category.WORKFLOW})
public final class AwaitEndpoint extends DefaultEndpoint {
    @UriPath(
            description =
                    "The signal's name, evaluated per message as a Simple expression. The reply to a step's call is"
                            + " named STEP:action, STEP:completion or STEP:compensation.")
    @Metadata(required = true)
    private final String name;

    @UriParam(
            javaType = "java.time.Duration",
            description = "How long to wait at most, if that is less than what is left of the step's limit.")
    private @Nullable Duration timeout;

    @UriParam(
            description =
                    "Comma-separated types of signals that mean no: the step is refused, with the payload's member"
                            + " 'reason' as the reason.")
    private @Nullable String failOn;

    @UriParam(
            defaultValue = "false",
            description =
                    "Whether the saga counts among those that run (saga.running.most) while it waits: for answers that a machine"
                            + " gives soon, so that not more is asked of it than it can do. Otherwise the saga makes room for others,"
                            + " as one that waits for people should.")
    private boolean holdsPlace;

    AwaitEndpoint(String uri, Component component, String name) {
        super(uri, component);
        this.name = name;
    }

    @Override
    public Producer createProducer() {
        return new AwaitProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException("await: waits inside a route; write 'to: await:NAME'");
    }

    public String getName() {
        return name;
    }

    public @Nullable Duration getTimeout() {
        return timeout;
    }

    public void setTimeout(Duration timeout) {
        this.timeout = timeout;
    }

    public @Nullable String getFailOn() {
        return failOn;
    }

    public void setFailOn(String failOn) {
        this.failOn = failOn;
    }

    public boolean isHoldsPlace() {
        return holdsPlace;
    }

    public void setHoldsPlace(boolean holdsPlace) {
        this.holdsPlace = holdsPlace;
    }
}
