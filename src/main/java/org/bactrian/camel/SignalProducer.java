package org.bactrian.camel;

import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;
import org.bactrian.saga.Headers;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands the message to the saga it names. */
final class SignalProducer extends DefaultProducer {
    private static final Logger LOG = LoggerFactory.getLogger(SignalProducer.class);

    private final DurableSagaService service;
    private final Expression name;

    SignalProducer(SignalEndpoint endpoint) {
        super(endpoint);
        this.service = SagaServices.of(endpoint);
        this.name = SagaServices.simple(endpoint, endpoint.getName());
    }

    @Override
    public void process(Exchange exchange) {
        Message message = exchange.getMessage();
        String header = message.getHeader(Headers.SAGA_ID, String.class);
        if (header == null) {
            throw new IllegalArgumentException("a signal needs the header %s".formatted(Headers.SAGA_ID));
        }
        SagaId saga = SagaId.of(header);
        String type = message.getHeader(Headers.MESSAGE_TYPE, "", String.class);
        String said = name.evaluate(exchange, String.class);
        Optional<SagaCoordinator> live = service.live(saga);
        if (live.isPresent()) {
            live.get().signals().put(said, new Signal(type, service.contents().of(message)));
            return;
        }
        service.requireSettled(saga);
        SagaStatus status = service.statusOf(saga).orElseThrow(() -> new UnknownSaga(saga, said));
        LOG.debug("signal {} to saga {} is dropped: it is {}", said, saga, status);
    }
}
