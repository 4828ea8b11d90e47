package org.bactrian.camel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.apache.camel.RuntimeCamelException;
import org.jspecify.annotations.Nullable;

/** The aggregation of a parallel query: one JSON object with the members of every branch's JSON object. */
public final class MergedObjects implements AggregationStrategy {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String RULE = "every branch must answer a JSON object";

    @Override
    public Exchange aggregate(@Nullable Exchange merged, Exchange branch) {
        if (merged == null) {
            return branch;
        }
        ObjectNode all = object(merged);
        all.setAll(object(branch));
        merged.getMessage().setBody(all.toString());
        return merged;
    }

    private static ObjectNode object(Exchange exchange) {
        String body = exchange.getMessage().getBody(String.class);
        try {
            if (body != null && JSON.readTree(body) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            throw new RuntimeCamelException(RULE, e);
        }
        throw new RuntimeCamelException(RULE);
    }
}
