package org.bactrian.camel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.apache.camel.RuntimeCamelException;
import org.jspecify.annotations.Nullable;

/**
 * The aggregation of a parallel stage, bound as {@code stageResults}: the result is one JSON object with each step's
 * answer under the step's name; the first failure in the order of the branches is thrown when all branches have ended.
 */
public final class StageResults implements AggregationStrategy {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    @Override
    public Exchange aggregate(@Nullable Exchange stage, Exchange branch) {
        ObjectNode results =
                stage == null ? JSON.createObjectNode() : stage.getMessage().getBody(ObjectNode.class);
        Exchange answer = stage == null ? branch : stage;
        if (branch.getException() == null) {
            results.set(name(branch), result(branch));
        }
        if (answer.getException() == null && branch.getException() != null) {
            answer.setException(branch.getException());
        }
        answer.getMessage().setBody(results);
        return answer;
    }

    @Override
    public void onCompletion(Exchange exchange) {
        try {
            if (exchange.getMessage().getBody() instanceof ObjectNode results) {
                exchange.getMessage().setBody(JSON.writeValueAsBytes(results));
                exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/json");
            }
        } catch (JsonProcessingException e) {
            throw new RuntimeCamelException("a stage's results have no form as JSON", e);
        }
    }

    private static String name(Exchange branch) {
        String step = branch.getProperty(Properties.LAST_STEP, String.class);
        return step == null ? "branch-" + branch.getProperty(Exchange.MULTICAST_INDEX) : step;
    }

    private static JsonNode result(Exchange branch) {
        byte[] body = branch.getMessage().getBody(byte[].class);
        if (body == null || body.length == 0) {
            return JSON.nullNode();
        }
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            return TextNode.valueOf(branch.getMessage().getBody(String.class));
        }
    }
}
