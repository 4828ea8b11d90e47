package org.bactrian.camel;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.util.Map;
import org.bactrian.saga.Content;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StorableTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"a\": [1, \"x\\u0000y\"]}|the value at '/a/1' has NUL or an unpaired surrogate",
                "{\"a\": {\"b\\u0000\": 1}}|a member's name in '/a' has NUL or an unpaired surrogate",
                "[\"\\ud83d\"]|the value at '/0' has NUL or an unpaired surrogate",
                "[\"\\ude00\\ud83d\"]|the value at '/0' has NUL or an unpaired surrogate",
                "{\"a\": 1e999999}|the value at '/a' is a number beyond 1e±308",
                "{\"a\": 1e-999999}|the value at '/a' is a number beyond 1e±308",
                "{\"a\": -1E+99999999999}|it is not JSON in UTF-8 (without a byte order mark) that can be read",
                "{\"a\": \"\\u0000\", \"b\": 1e400}|the value at '/a' has NUL or an unpaired surrogate; the value at '/b' is a number beyond 1e±308",
                "{\"a\": |it is not JSON in UTF-8 (without a byte order mark) that can be read",
            })
    void whatNoDatabaseTakes_isNamedWithItsPlace(String body, String faults) {
        assertThatThrownBy(() -> Storable.require(content(body, "application/json; charset=utf-8")))
                .isInstanceOf(Unstorable.class)
                .hasMessage("the payload cannot be stored: " + faults);
    }

    @Test
    void jsonThatIsTooDeepOrNoUtf8_cannotBeRead() {
        for (byte[] body : new byte[][] {
            "[".repeat(100_000).getBytes(UTF_8),
            {'"', -1, '"'},
            "\ufeff{}".getBytes(UTF_8),
            "{}".getBytes(UTF_16),
            "{}".getBytes(UTF_16BE),
            "{}".getBytes(UTF_16LE),
            "{}".getBytes(Charset.forName("UTF-32BE")),
        }) {
            assertThatThrownBy(() -> Storable.require(new Content(body, "application/merge-patch+json", Map.of())))
                    .hasMessage(
                            "the payload cannot be stored: it is not JSON in UTF-8 (without a byte order mark) that can be read");
        }
    }

    @Test
    void aVeryLongInteger_isBeyond() {
        assertThatThrownBy(() -> Storable.require(content("[" + "9".repeat(400) + "]", null)))
                .hasMessageContaining("the value at '/0' is a number beyond");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "x", "<a/>", "{\"a\": 1.5e300}", "[\"\\ud83d\\ude00\", \"ä\"]", "nul\u0000", "{\"a\": "})
    void whatIsStoredAsItCame_isLetThrough(String body) {
        Content content = content(body, null);

        assertThat(Storable.require(content)).isSameAs(content);
    }

    @Test
    void headersAndContentType_mustBeText() {
        var odd = new Content(new byte[0], null, Map.of("messageType", "a\u0000"));
        assertThatThrownBy(() -> Storable.requireHead(odd)).hasMessageContaining("the header messageType must be text");
        assertThatThrownBy(() -> Storable.requireHead(content("", "a\ud800")))
                .hasMessageContaining("the content type must be text");
    }

    private static Content content(String body, @Nullable String type) {
        return new Content(body.getBytes(UTF_8), type, Map.of());
    }
}
