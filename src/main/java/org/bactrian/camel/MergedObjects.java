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

    @Override
    public Exchange aggregate(@Nullable Exchange merged, Exchange branch) {
        if (merged == null) {
            return branch;
        }
        try {
            ObjectNode all = (ObjectNode) JSON.readTree(merged.getMessage().getBody(String.class));
            all.setAll((ObjectNode) JSON.readTree(branch.getMessage().getBody(String.class)));
            merged.getMessage().setBody(all.toString());
            return merged;
        } catch (JsonProcessingException e) {
            throw new RuntimeCamelException("every branch must answer a JSON object", e);
        }
    }
}
