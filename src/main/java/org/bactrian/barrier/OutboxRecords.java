package org.bactrian.barrier;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Message;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.support.DefaultExchange;
import org.bactrian.saga.Headers;

/** What a relay needs besides its route: how many rows it takes at a time, and what it makes of them. */
public final class OutboxRecords {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};
    private static final int MANY = 500;

    private final Set<String> oneByOne = ConcurrentHashMap.newKeySet();

    /** How many rows of the database's outbox to take. */
    public int most(@ExchangeProperty("database") String database) {
        return oneByOne.contains(database) ? 1 : MANY;
    }

    /** One of many was refused: from now on one at a time, so that it is found. */
    public void oneByOne(@ExchangeProperty("database") String database) {
        oneByOne.add(database);
    }

    /** It was found. */
    public void many(@ExchangeProperty("database") String database) {
        oneByOne.remove(database);
    }

    /**
     * What Camel's Kafka producer sends in one go, in the rows' order.
     *
     * @param rows topic, key, type, payload (bytes or null) and headers (a JSON object of texts) by name
     */
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
