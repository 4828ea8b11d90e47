package org.bactrian.camel;

import org.apache.camel.Processor;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/** Stands around the {@code saga} of every route: what it says holds from when the route starts, not from when it is read. */
final class Declaring extends DelegateAsyncProcessor {
    private final Runnable declare;

    Declaring(Processor saga, Runnable declare) {
        super(saga);
        this.declare = declare;
    }

    @Override
    protected void doStart() throws Exception {
        declare.run();
        super.doStart();
    }
}
