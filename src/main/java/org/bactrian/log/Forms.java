package org.bactrian.log;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.bactrian.saga.Content;
import org.bactrian.saga.Failure;
import org.bactrian.saga.StepPlan;
import org.jspecify.annotations.Nullable;

/** The JSON forms of what records are made of, in both directions; what an earlier version wrote is read too. */
final class Forms {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Forms() {}

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    static byte[] bytes(JsonNode node) {
        try {
            return JSON.writeValueAsBytes(node);
        } catch (IOException e) {
            throw new IllegalStateException("a JSON tree cannot be written", e);
        }
    }

    /** An empty object if there is no data: then the kind says it all. */
    static JsonNode parse(byte @Nullable [] data) {
        try {
            return data == null ? object() : JSON.readTree(data);
        } catch (IOException e) {
            throw new IllegalStateException(
                    "the data of a record must be JSON, is %d other bytes".formatted(data.length), e);
        }
    }

    static ObjectNode of(Content content) {
        ObjectNode node = object().put("contentType", content.contentType());
        node.set("headers", of(content.headers()));
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content.body()))
                    .toString();
            if (text.indexOf(0) < 0) { // PostgreSQL reads no JSON with a NUL in it
                return node.put("text", text);
            }
        } catch (CharacterCodingException e) {
            // not text: falls through to base64
        }
        return node.put("base64", Base64.getEncoder().encodeToString(content.body()));
    }

    static Content content(JsonNode node) {
        byte[] body = node.has("base64")
                ? Base64.getDecoder().decode(node.path("base64").asText())
                : node.path("text").asText().getBytes(StandardCharsets.UTF_8);
        return new Content(body, text(node, "contentType"), texts(node.path("headers")));
    }

    static ObjectNode of(StepPlan plan) {
        ObjectNode node = object().put("compensation", plan.compensation())
                .put("completion", plan.completion())
                .put("limitMillis", Math.max(1, plan.limit().toMillis()))
                .put("joined", plan.joined());
        node.set("options", of(plan.options()));
        return node;
    }

    static StepPlan plan(JsonNode node) {
        return new StepPlan(
                text(node, "compensation"),
                text(node, "completion"),
                texts(node.path("options")),
                Duration.ofMillis(node.path("limitMillis").asLong()),
                node.path("joined").asBoolean());
    }

    static ObjectNode of(Failure failure) {
        ObjectNode node = object().put("kind", failure.kind().name())
                .put("reason", failure.reason())
                .put("text", failure.toString());
        return failure.step() == null ? node : node.put("step", failure.step());
    }

    static Failure failure(JsonNode node) {
        var bare = new Failure(
                Failure.Kind.valueOf(node.path("kind").asText()),
                node.path("reason").asText());
        String step =
                node.has("step") ? text(node, "step") : stepIn(node.path("text").asText(), bare.toString());
        return step == null ? bare : new Failure(bare.kind(), step, bare.reason());
    }

    /** Rows of the first version have the step in their text only. */
    private static @Nullable String stepIn(String text, String bare) {
        return text.endsWith(" " + bare) ? text.substring(0, text.length() - bare.length() - 1) : null;
    }

    private static ObjectNode of(Map<String, String> texts) {
        ObjectNode node = object();
        texts.forEach(node::put);
        return node;
    }

    private static Map<String, String> texts(JsonNode node) {
        var texts = new HashMap<String, String>();
        node.properties()
                .forEach(field -> texts.put(field.getKey(), field.getValue().asText()));
        return texts;
    }

    private static @Nullable String text(JsonNode node, String name) {
        return node.path(name).isTextual() ? node.path(name).asText() : null;
    }
}
