package org.bactrian.camel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreferTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "wait=10 | 10",
                "Wait = 7 | 7",
                "wait=\"5\" | 5",
                "respond-async, wait=3 | 3",
                "wait=3,respond-async | 3",
                "wait=3; x=y | 3",
                "wait=30 | 30",
                "wait=31 | 30",
                "wait=999999999 | 30",
                "wait=99999999999999999999 | 30"
            })
    void waitAsked_isGrantedUpToThirtySeconds(String header, long seconds) {
        assertThat(Prefer.waitOf(header)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "respond-async",
                "wait",
                "wait=",
                "wait=x",
                "wait=-1",
                "wait=5x",
                "wait=1.5",
                "nowait=5",
                "wait5"
            })
    void anythingElse_isIgnored(String header) {
        assertThat(Prefer.waitOf(header)).isZero();
    }
}
