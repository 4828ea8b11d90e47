package org.bactrian.barrier;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Handler;
import org.apache.camel.Message;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.support.DefaultExchange;
import org.bactrian.saga.Headers;

/** Makes an outbox's rows what Camel's Kafka producer sends in one go: a list of exchanges, in the rows' order. */
public final class OutboxRecords {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};

    /** @param rows topic, key, type, payload (bytes or null) and headers (a JSON object of texts) by name */
    @Handler
    public List<Exchange> of(List<Map<String, Object>> rows, CamelContext context) throws JsonProcessingException {
        List<Exchange> records = new ArrayList<>();
        for (Map<String, Object> row : rows) {
            Exchange exchange = new DefaultExchange(context);
            Message record = exchange.getMessage();
            record.setBody(row.get("payload"));
            JSON.readValue((String) row.get("headers"), TEXTS).forEach(record::setHeader);
            record.setHeader(Headers.MESSAGE_TYPE, row.get("type"));
            record.setHeader(KafkaConstants.OVERRIDE_TOPIC, row.get("topic"));
            record.setHeader(KafkaConstants.KEY, row.get("key"));
            records.add(exchange);
        }
        return records;
    }
}
