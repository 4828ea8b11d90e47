package org.bactrian.barrier;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.ProducerTemplate;
import org.bactrian.saga.Headers;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * What a participant says over Kafka, written in the transaction of the work that it speaks of: said if that commits, and
 * only then. The relay, a route, publishes it; it is woken after the commit.
 */
public final class Outbox {
    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> OF_ANY = List.of(Headers.SAGA_ID, Headers.LONG_RUNNING_ACTION);
    private static final List<String> OF_ANSWERS =
            List.of(Headers.SAGA_ID, Headers.SAGA_STEP, Headers.SAGA_CALL, Headers.LONG_RUNNING_ACTION);
    private static final String INSERT = """
            INSERT INTO outbox (aggregate_type, aggregate_id, type, payload, headers)
            VALUES (?, ?, ?, ?, CAST(? AS jsonb) || jsonb_build_object('messageId', gen_random_uuid()))
            """;

    private final JdbcTemplate jdbc;
    private final ProducerTemplate relay;

    /** @param name of the participant's database; the relay waits at {@code seda:outbox-NAME} */
    Outbox(String name, DataSource database, CamelContext context) {
        jdbc = new JdbcTemplate(database);
        relay = context.createProducerTemplate();
        relay.setDefaultEndpointUri("seda:outbox-%s?size=1&discardWhenFull=true".formatted(name));
    }

    /**
     * Says the message's body to a topic, under the saga of its header {@code sagaId}: once, when the transaction around
     * it commits.
     *
     * @param type the record's header {@code messageType}
     * @throws IllegalArgumentException if the message names no saga
     */
    public void announce(String topic, String type, Exchange exchange) {
        put(topic, type, exchange.getMessage(), OF_ANY, Answer.of(exchange));
    }

    /** Says what a call has answered, with the headers by which the call is known. */
    void answer(String topic, String type, Message call, Answer answer) {
        put(topic, type, call, OF_ANSWERS, answer);
    }

    private void put(String topic, String type, Message about, List<String> headers, Answer said) {
        String saga = about.getHeader(Headers.SAGA_ID, String.class);
        if (saga == null) {
            throw new IllegalArgumentException(
                    "a message for topic %s needs the header %s".formatted(topic, Headers.SAGA_ID));
        }
        Map<String, String> values = new LinkedHashMap<>();
        headers.forEach(name -> put(values, name, about.getHeader(name, String.class)));
        put(values, Exchange.CONTENT_TYPE, said.contentType());
        jdbc.update(INSERT, topic, saga, type, said.body(), json(values));
        wakeRelay();
    }

    private static void put(Map<String, String> values, String name, @Nullable String value) {
        if (value != null) {
            values.put(name, value);
        }
    }

    static String json(Map<String, String> values) {
        try {
            return JSON.writeValueAsString(values);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts must be JSON: " + values.keySet(), e);
        }
    }

    private void wakeRelay() {
        if (!TransactionSynchronizationManager.isSynchronizationActive()) {
            wake();
            return;
        }
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                wake();
            }
        });
    }

    /** The work is committed: that the relay cannot be woken only means that it looks a little later. */
    private void wake() {
        try {
            relay.sendBody("");
        } catch (RuntimeException e) {
            LOG.debug("the relay at {} was not woken", relay.getDefaultEndpoint(), e);
        }
    }
}
