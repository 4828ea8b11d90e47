package org.bactrian.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StepNameTest {
    private static final String LONGEST = "a23456789-123456789-123456789-123456789-123456789-123456789-1234";

    @ParameterizedTest
    @ValueSource(strings = {"a", "reserve-inventory", "step1", "a#0", "pay#123456789", LONGEST, LONGEST + "#1"})
    void kebabCaseWithOrWithoutIndex_isTaken(String name) {
        assertThat(StepName.require(name)).isSameAs(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "A",
                "1a",
                "-a",
                "a_b",
                "a b",
                "a\n",
                "a#",
                "a#-1",
                "a#1234567890",
                "a#1#2",
                "#1",
                "ä",
                LONGEST + "5"
            })
    void anythingElse_isRefusedWithTheRule(String name) {
        assertThatThrownBy(() -> StepName.require(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("kebab-case, at most 64 long", "'" + name + "'");
    }
}
