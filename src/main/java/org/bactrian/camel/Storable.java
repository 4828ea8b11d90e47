package org.bactrian.camel;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bactrian.saga.Content;

/**
 * Refuses what a database does not take, ours or a participant's: else a step fails for ever on an order that was accepted. Text
 * must have neither NUL nor half of a surrogate pair, what says it is JSON must be readable in UTF-8, and the numbers in JSON be at
 * most as large and as fine as a database's and a double's.
 */
final class Storable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_FAULTS = 10;
    private static final int MOST_DIGITS = 308;

    private Storable() {}

    /** @throws Unstorable naming every fault */
    static Content require(Content content) {
        requireHead(content);
        List<String> faults = bodyFaults(content);
        if (!faults.isEmpty()) {
            throw new Unstorable("the payload cannot be stored: " + String.join("; ", faults));
        }
        return content;
    }

    /** The same of content type and headers only. */
    static Content requireHead(Content content) {
        if (content.contentType() != null && !isText(content.contentType())) {
            throw new Unstorable("the content type must be text without NUL and unpaired surrogates");
        }
        content.headers().forEach((name, value) -> {
            if (!isText(value)) {
                throw new Unstorable("the header %s must be text without NUL and unpaired surrogates".formatted(name));
            }
        });
        return content;
    }

    private static List<String> bodyFaults(Content content) {
        var faults = new ArrayList<String>();
        boolean saysItIs = content.contentType() != null
                && content.contentType().toLowerCase(Locale.ROOT).matches("application/([^;]*[+])?json\\s*(;.*)?");
        try (JsonParser parser = JSON.createParser(JsonText.of(content.body()))) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                check(parser, token, faults);
            }
        } catch (IOException | IllegalArgumentException e) {
            if (!saysItIs) {
                return List.of(); // other text, or bytes: kept as they are
            }
            faults.add(JsonText.UNREADABLE);
        }
        return faults;
    }

    private static void check(JsonParser parser, JsonToken token, List<String> faults) throws IOException {
        if (faults.size() >= MOST_FAULTS) {
            return;
        }
        if ((token == JsonToken.FIELD_NAME || token == JsonToken.VALUE_STRING) && !isText(parser.getText())) {
            faults.add("%s has NUL or an unpaired surrogate".formatted(place(parser, token)));
        } else if (token == JsonToken.VALUE_NUMBER_FLOAT && !isModerate(parser.getDecimalValue())) {
            faults.add("%s is a number beyond 1e±%d".formatted(place(parser, token), MOST_DIGITS));
        } else if (token == JsonToken.VALUE_NUMBER_INT && parser.getTextLength() > MOST_DIGITS) {
            faults.add("%s is a number beyond 1e±%d".formatted(place(parser, token), MOST_DIGITS));
        }
    }

    private static boolean isModerate(BigDecimal number) {
        return number.scale() <= MOST_DIGITS && (long) number.precision() - number.scale() <= MOST_DIGITS;
    }

    /** A name that is no text is not said. */
    private static String place(JsonParser parser, JsonToken token) {
        JsonPointer pointer = parser.getParsingContext().pathAsPointer();
        if (token == JsonToken.FIELD_NAME) {
            return "a member's name in '%s'".formatted(pointer.head());
        }
        return "the value at '%s'".formatted(pointer);
    }

    private static boolean isText(String value) {
        return value.codePoints().noneMatch(c -> c == 0 || Character.getType(c) == Character.SURROGATE);
    }
}
