package org.bactrian.camel;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import org.apache.camel.Handler;

/**
 * Has a JSON body say its whole numbers without fraction and exponent: {@code 2.0} and {@code 2e0} are integers to JSON Schema, but
 * not to a database's or a language's integer types, and so not to participants.
 */
public final class WholeNumbers {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * The body as it came if there is nothing to change. Numbers of more than 18 digits stay as they are.
     *
     * @throws Unstorable if it is not JSON in UTF-8
     */
    @Handler
    public byte[] plain(byte[] body) {
        var plain = new ByteArrayOutputStream(body.length);
        boolean changed = false;
        try (JsonParser parser = JSON.createParser(JsonText.of(body));
                JsonGenerator generator = JSON.createGenerator(plain)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.VALUE_NUMBER_FLOAT && isWhole(parser.getDecimalValue())) {
                    generator.writeNumber(parser.getDecimalValue().longValueExact());
                    changed = true;
                } else {
                    generator.copyCurrentEventExact(parser);
                }
            }
        } catch (CharacterCodingException | JacksonException | IllegalArgumentException e) {
            throw new Unstorable("the payload cannot be stored: " + JsonText.UNREADABLE);
        } catch (IOException e) {
            throw new IllegalStateException("nothing is read or written but memory", e);
        }
        return changed ? plain.toByteArray() : body;
    }

    private static boolean isWhole(BigDecimal number) {
        return number.signum() == 0
                || ((long) number.precision() - number.scale() <= 18
                        && number.stripTrailingZeros().scale() <= 0);
    }
}
