package org.bactrian.camel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WholeNumbersTest {
    private final WholeNumbers numbers = new WholeNumbers();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"a\": 2.0}|{\"a\":2}",
                "[2e0, 2499.00, -1.5E1, 0.0, -0.0, 0e99]|[2,2499,-15,0,0,0]",
                "[999999999999.0, 1e17, 123456789012345678.0]|[999999999999,100000000000000000,123456789012345678]",
                "{\"a\": [1.0, 1.5, \"2.0\", \"ä\\ud83d\\u0000\", null, true]}|{\"a\":[1,1.5,\"2.0\",\"ä\\uD83D\\u0000\",null,true]}"
            })
    void wholeNumbersAreSaidPlainly_andAllElseStays(String body, String plain) {
        assertThat(new String(numbers.plain(body.getBytes(UTF_8)), UTF_8)).isEqualTo(plain);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{ \"a\" : 2 }",
                "[1.5, 1e-1, 1e18, 1e999999999, 1e-999999999, 12345678901234567890]",
                "\"x\""
            })
    void nothingToSayPlainly_theBodyStaysAsItCame(String body) {
        byte[] bytes = body.getBytes(UTF_8);

        assertThat(numbers.plain(bytes)).isSameAs(bytes);
    }

    @Test
    void otherEncodings_areRefused() {
        for (String encoding : new String[] {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32BE"}) {
            byte[] body = "{\"a\": 2.0}".getBytes(Charset.forName(encoding));

            assertThatThrownBy(() -> numbers.plain(body))
                    .as(encoding)
                    .isInstanceOf(Unstorable.class)
                    .hasMessageContaining("not JSON in UTF-8");
        }
        assertThatThrownBy(() -> numbers.plain("\ufeff{\"a\": 2.0}".getBytes(UTF_8)))
                .isInstanceOf(Unstorable.class);
    }
}
