package org.bactrian.ops;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"cardToken\":\"tok-47119999\"} | {\"cardToken\":\"****9999\"}",
                "{\"cardToken\" : \"47119999\", \"a\": 1 | {\"cardToken\" : \"****9999\", \"a\": 1",
                "{\"cardToken\":\"47119999 | {\"cardToken\":\"****9999",
                "{\"cardToken\":\"4711 8888 9999\"} | {\"cardToken\":\"****9999\"}",
                "{\"cardToken\":47119999} | {\"cardToken\":****9999}",
                "{'cardToken':'47119999'} | {'cardToken':'****9999'}",
                "\"{\\\"cardToken\\\":\\\"47119999\\\"}\" | \"{\\\"cardToken\\\":\\\"****9999\\\"}\"",
                "cardToken=47119999 | cardToken=****9999",
                "{\"cardToken\":\"9999\"} | {\"cardToken\":\"****\"}",
                "{\"cardToken\":\"****9999\"} | {\"cardToken\":\"****9999\"}",
                "required property 'cardToken' not found | required property 'cardToken' not found",
            })
    void cardTokenInText_onlyItsEndIsLeft(String text, String shown) {
        assertThat(Payload.printable(text)).isEqualTo(shown);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"cardToken\":\"4711 \\\" 9999\"}",
                "{\"a\":[{\"cardToken\":47119999}]}",
                "{\"card\\u0054oken\":\"47119999\"}",
                "{\"a\":\"{\\\"cardToken\\\":\\\"47119999\\\"}\"}",
            })
    void cardTokenInJson_onlyItsEndIsLeft(String json) {
        for (byte[] bytes : new byte[][] {json.getBytes(UTF_8), json.getBytes(UTF_16LE)}) {
            assertThat(Payload.json(bytes).map(Payload::pretty).orElseThrow())
                    .contains("9999")
                    .doesNotContain("4711");
        }
    }

    @Test
    void cardTokenIsAnObject_nothingIsLeft() {
        assertThat(Payload.json("{\"cardToken\":{\"number\":47119999}}".getBytes(UTF_8)))
                .hasToString("Optional[{\"cardToken\":\"****\"}]");
    }

    @Test
    void cardTokenInBytes_onlyItsEndIsLeft() {
        byte[] bytes = "\u00ff{\"cardToken\":\"47119999\"".getBytes(ISO_8859_1);

        assertThat(Payload.text(bytes)).isEmpty();
        assertThat(Payload.hex(bytes))
                .isEqualTo("ff 7b 22 63 61 72 64 54 6f 6b 65 6e 22 3a 22 2a\n2a 2a 2a 39 39 39 39 22");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "{", "{} {}", "{\"a\":1,\"a\":2}", "o-1"})
    void whatWouldNotBeAllOfIt_isNoJson(String text) {
        assertThat(Payload.json(text.getBytes(UTF_8))).isEmpty();
    }

    @Test
    void number_isShownAsItCame() {
        assertThat(Payload.json("[1.10, 12345678901234567890.123]".getBytes(UTF_8))
                        .map(Payload::pretty))
                .contains("[ 1.10, 12345678901234567890.123 ]");
    }

    @Test
    void charactersThatCommandATerminal_areWrittenOut() {
        assertThat(Payload.printable("a\u001b[2J\u009b\rb\tc\nd\u00e4$1"))
                .isEqualTo("a\\u001b[2J\\u009b\\u000db\tc\nd\u00e4$1");
    }
}
