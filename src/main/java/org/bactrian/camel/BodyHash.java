package org.bactrian.camel;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Tells whether two submissions are the same: SHA-256 of the JSON with members sorted, so that layout does not count. */
final class BodyHash {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private BodyHash() {}

    /** 32 bytes; of the bytes themselves if they are not JSON. */
    static byte[] of(byte[] body) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(canonical(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static byte[] canonical(byte[] body) {
        try {
            JsonNode tree = JSON.readTree(body);
            return tree.isMissingNode() ? body : JSON.writeValueAsBytes(JSON.treeToValue(tree, Object.class));
        } catch (IOException | NumberFormatException e) {
            return body; // not JSON, or not even text: Jackson has several exceptions for that
        }
    }
}
