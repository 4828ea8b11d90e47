package org.bactrian.ops;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What may be shown of bytes from outside: never a card token but its end, never a character that commands a terminal. */
final class Payload {
    private static final String CARD_TOKEN = "cardToken";
    /** Also where the JSON around it is broken or is itself a text within JSON: quoted up to the quote, else to a space. */
    private static final Pattern CARD_TOKEN_TEXT = Pattern.compile(
            "(" + CARD_TOKEN + "\\\\*[\"']?\\s*[:=]\\s*)(?:(\\\\*[\"'])([^\"'\\\\]*)|([^\"'\\\\,}\\]\\s]+))");

    private static final Pattern COMMANDS = Pattern.compile("[\\p{Cc}&&[^\\n\\t]]");
    /** Strict, so that what is shown as JSON is all that there is. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private Payload() {}

    /** Its JSON, card tokens masked; empty if it is none. */
    static Optional<JsonNode> json(byte @Nullable [] bytes) {
        if (bytes == null || bytes.length == 0) {
            return Optional.empty();
        }
        try {
            JsonNode node = JSON.readTree(bytes);
            mask(node);
            return node.isMissingNode() ? Optional.empty() : Optional.of(node);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Its text if it is valid UTF-8, card tokens masked. */
    static Optional<String> text(byte[] bytes) {
        try {
            return Optional.of(
                    printable(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString()));
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** Sixteen bytes a line, card tokens masked. */
    static String hex(byte[] bytes) {
        String masked = maskTokens(new String(bytes, ISO_8859_1));
        return HexFormat.ofDelimiter(" ").formatHex(masked.getBytes(ISO_8859_1)).replaceAll("((?:.. ){15}..) ", "$1\n");
    }

    static String pretty(JsonNode node) {
        try {
            return printable(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(node));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what was read as JSON must be writable", e);
        }
    }

    /** Card tokens masked, and what is not printable written out. */
    static String printable(String text) {
        return COMMANDS.matcher(maskTokens(text))
                .replaceAll(match -> "\\\\u%04x".formatted((int) match.group().charAt(0)));
    }

    private static String maskTokens(String text) {
        return CARD_TOKEN_TEXT.matcher(text).replaceAll(match -> {
            boolean quoted = match.group(2) != null;
            String token = quoted ? match.group(3) : match.group(4);
            return Matcher.quoteReplacement(match.group(1) + (quoted ? match.group(2) : "") + masked(token));
        });
    }

    private static void mask(JsonNode node) {
        if (node instanceof ObjectNode object && object.has(CARD_TOKEN)) {
            object.put(CARD_TOKEN, masked(object.get(CARD_TOKEN).asText()));
        }
        node.forEach(Payload::mask);
    }

    /** Twice masked is once masked. */
    private static String masked(String token) {
        return "****" + (token.length() <= 4 || token.matches("\\*+") ? "" : token.substring(token.length() - 4));
    }
}
