package org.bactrian.camel;

import org.apache.camel.Category;
import org.apache.camel.Component;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/**
 * Send the message as a signal to the saga that its header {@code sagaId} names.
 *
 * <p>The header {@code messageType} is the signal's type. The exchange goes on when the signal is on disk. The first
 * signal of a name counts; a repetition, or one to a saga that has ended, is dropped. A saga that never was throws {@code org.bactrian.camel.UnknownSaga}.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "signal",
        title = "Signal",
        syntax = "signal:name",
        producerOnly = true,
        category = {Category.CORE, Category.WORKFLOW})
public final class SignalEndpoint extends DefaultEndpoint {
    @UriPath(description = "The signal's name, evaluated per message as a Simple expression.")
    @Metadata(required = true)
    private final String name;

    SignalEndpoint(String uri, Component component, String name) {
        super(uri, component);
        this.name = name;
    }

    @Override
    public Producer createProducer() {
        return new SignalProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException("signal: sends; to wait for a signal write 'to: await:NAME'");
    }

    public String getName() {
        return name;
    }
}
