package org.bactrian.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContentTest {
    @Test
    void aMebibyte_isTaken() {
        assertThat(new Content(new byte[1_048_576], null, Map.of()).body()).hasSize(1_048_576);
    }

    @Test
    void oneByteMore_isRefusedWithLimitAndSize() {
        assertThatThrownBy(() -> new Content(new byte[1_048_577], null, Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a recorded message must be at most 1,048,576 bytes; is 1,048,577");
    }

    @Test
    void headersChangeLater_theContentDoesNot() {
        var headers = new HashMap<>(Map.of("a", "1"));
        var content = new Content(new byte[0], null, headers);
        headers.put("b", "2");

        assertThat(content.headers()).containsExactly(Map.entry("a", "1"));
    }
}
