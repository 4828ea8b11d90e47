package org.bactrian.scenario;

import java.util.concurrent.Semaphore;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** An action that goes on, on its thread, until the test lets it end. */
public final class LongCheck implements Processor {
    static final Semaphore END = new Semaphore(0);

    @Override
    public void process(Exchange exchange) throws InterruptedException {
        END.acquire();
        END.release();
    }
}
