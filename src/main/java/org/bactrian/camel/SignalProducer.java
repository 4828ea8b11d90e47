package org.bactrian.camel;

import java.util.concurrent.CompletableFuture;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultAsyncProducer;
import org.bactrian.log.SignalOutcome;
import org.bactrian.saga.Headers;
import org.bactrian.saga.LoggedSignal;
import org.bactrian.saga.OperatorWord;
import org.bactrian.saga.SagaId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records the message as a signal to the saga it names; the exchange goes on when it is on disk. */
final class SignalProducer extends DefaultAsyncProducer {
    private static final Logger LOG = LoggerFactory.getLogger(SignalProducer.class);
    private static final int MAX_LENGTH = 200;

    private final DurableSagaService service;
    private final Expression name;
    private final boolean reserved;

    SignalProducer(SignalEndpoint endpoint) {
        super(endpoint);
        this.reserved = endpoint.getName().startsWith(OperatorWord.RESERVED);
        this.service = SagaServices.of(endpoint);
        this.name = SagaServices.simple(endpoint, endpoint.getName());
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        CompletableFuture<SignalOutcome> outcome;
        SagaId saga;
        LoggedSignal signal;
        try {
            saga = saga(exchange.getMessage());
            signal = signal(exchange);
            outcome = service.signal(saga, signal);
        } catch (RuntimeException e) {
            exchange.setException(e);
            callback.done(true);
            return true;
        }
        var unused = outcome.handle((stored, error) -> {
            if (error != null) {
                exchange.setException(Outcomes.unwrap(error));
            } else if (stored == SignalOutcome.UNKNOWN_SAGA) {
                exchange.setException(new UnknownSaga(saga, signal.name()));
            } else {
                exchange.getMessage().setHeader("signalOutcome", stored.name());
                LOG.debug("signal {} to saga {}: {}", signal.name(), saga, stored);
            }
            callback.done(false);
            return exchange;
        });
        return false;
    }

    private static SagaId saga(Message message) {
        String header = message.getHeader(Headers.SAGA_ID, String.class);
        if (header == null) {
            throw new IllegalArgumentException("a signal needs the header %s".formatted(Headers.SAGA_ID));
        }
        return SagaId.of(header);
    }

    private LoggedSignal signal(Exchange exchange) {
        String said = text("name", name.evaluate(exchange, String.class));
        if (said.startsWith(OperatorWord.RESERVED) && !reserved) {
            throw new IllegalArgumentException("signals that begin with '%s' are operators', the message's is '%s'"
                    .formatted(OperatorWord.RESERVED, said));
        }
        String type = text("type", exchange.getMessage().getHeader(Headers.MESSAGE_TYPE, "", String.class));
        return new LoggedSignal(said, type, service.contents().of(exchange.getMessage()));
    }

    /** Whoever sends may send anything: what no table takes is refused for good, not tried again. */
    private static String text(String what, String value) {
        if (value.length() > MAX_LENGTH
                || value.codePoints()
                        .anyMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE)) {
            throw new IllegalArgumentException("a signal's %s must be at most %d printable characters; is '%s'"
                    .formatted(what, MAX_LENGTH, value.substring(0, Math.min(value.length(), MAX_LENGTH))));
        }
        return value;
    }
}
