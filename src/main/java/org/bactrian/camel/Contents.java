package org.bactrian.camel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.TypeConversionException;
import org.apache.camel.support.MessageHelper;
import org.bactrian.saga.Content;
import org.jspecify.annotations.Nullable;

/** Turns a message into its recorded form and back. Maps and collections are recorded as JSON. */
final class Contents {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String JSON_TYPE = "application/json";

    private final Set<String> recordedHeaders;

    Contents(Set<String> recordedHeaders) {
        this.recordedHeaders = recordedHeaders;
    }

    /** @throws IllegalArgumentException if the body is too large or has no form as bytes, or what goes with it is no text */
    Content of(Message message) {
        Object body = message.getBody();
        String type = message.getHeader(Exchange.CONTENT_TYPE, String.class);
        boolean structured = body instanceof Map || body instanceof Collection;
        return Storable.requireHead(new Content(
                structured ? json(body) : bytes(message),
                type == null && structured ? JSON_TYPE : type,
                headers(message)));
    }

    /** Sets body, content type and the recorded headers; leaves the other headers alone. */
    static void into(Message message, Content content) {
        message.setBody(content.body());
        if (content.contentType() == null) {
            message.removeHeader(Exchange.CONTENT_TYPE);
        } else {
            message.setHeader(Exchange.CONTENT_TYPE, content.contentType());
        }
        content.headers().forEach(message::setHeader);
    }

    private Map<String, String> headers(Message message) {
        var kept = new HashMap<String, String>();
        for (String name : recordedHeaders) {
            String value = message.getHeader(name, String.class);
            if (value != null) {
                kept.put(name, value);
            }
        }
        return kept;
    }

    private static byte[] bytes(Message message) {
        if (message.getBody() == null) {
            return new byte[0];
        }
        byte[] bytes;
        try {
            bytes = message.getBody(byte[].class);
        } catch (TypeConversionException e) {
            throw noForm(message.getBody(), e);
        }
        if (bytes == null) {
            throw noForm(message.getBody(), null);
        }
        MessageHelper.resetStreamCache(message); // whoever reads next begins at the beginning
        return bytes;
    }

    private static byte[] json(Object body) {
        try {
            return JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw noForm(body, e);
        }
    }

    private static IllegalArgumentException noForm(Object body, @Nullable Exception cause) {
        return new IllegalArgumentException(
                "a recorded body must be text, bytes, a map or a list; is %s: marshal it first"
                        .formatted(body.getClass().getName()),
                cause);
    }
}
