package org.bactrian.camel;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BodyHashTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":1,\"b\":{\"c\":2,\"d\":3}} | { \"b\" : {\"d\":3,  \"c\":2}, \"a\":1 }",
                "{\"a\":\"ä\"} | {\"a\":\"\\u00e4\"}",
                "{\"a\":1.50} | {\"a\":1.5}",
                "[{\"a\":1,\"b\":2}] | [{\"b\":2,\"a\":1}]",
                "null | ` null `"
            })
    void sameValueWrittenOtherwise_isTheSame(String one, String other) {
        assertThat(hash(one)).isEqualTo(hash(other));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":1} | {\"a\":2}",
                "{\"a\":1} | {\"a\":\"1\"}",
                "{\"a\":1} | {\"a\":1,\"b\":null}",
                "{\"a\":0.1} | {\"a\":0.10000000000000000001}",
                "{\"a\":12345678901234567890} | {\"a\":12345678901234567891}",
                "[1,2] | [2,1]",
                "{\"a\":true} | {\"a\":false}",
                "{} | {} {}",
                "1 2 | 1 3",
                "null | ``",
                "a b | a  b"
            })
    void otherValue_isAnother(String one, String other) {
        assertThat(hash(one)).isNotEqualTo(hash(other));
    }

    @Test
    void isSha256OfTheSortedJson() throws Exception {
        assertThat(hash("{\"b\": 1, \"a\": 2}")).isEqualTo(sha256("{\"a\":2,\"b\":1}".getBytes(UTF_8)));
    }

    @ParameterizedTest
    @CsvSource({"7b2261", "fffe00", "0000007b7f7f7f7f", "7b007f7f7f", "00", "ff", "2261ff22"})
    void bytesThatAreNotJson_countAsTheyAre(String hex) throws Exception {
        byte[] body = HexFormat.of().parseHex(hex);

        assertThat(BodyHash.of(body)).isEqualTo(sha256(body));
    }

    @Test
    void tooDeepOrTooHuge_countsAsBytes() throws Exception {
        byte[] deep = "[".repeat(100_000).getBytes(ISO_8859_1);
        assertThat(BodyHash.of(deep)).isEqualTo(sha256(deep));

        byte[] digits = "9".repeat(100_000).getBytes(ISO_8859_1);
        assertThat(BodyHash.of(digits)).isEqualTo(sha256(digits));
    }

    @Test
    void hugeExponent_isNotWrittenOut() {
        assertThat(hash("1e999999999")).hasSize(32).isNotEqualTo(hash("1e999999998"));
    }

    private static byte[] hash(String body) {
        return BodyHash.of(body.getBytes(UTF_8));
    }

    private static byte[] sha256(byte[] bytes) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }
}
