package org.bactrian.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StepPlanTest {
    @Test
    void callbacks_areWhatTheStepDeclared() {
        var plan = plan(Duration.ofSeconds(1), "value");

        assertThat(plan.callback(Call.COMPENSATION)).hasValue("direct:undo");
        assertThat(plan.callback(Call.COMPLETION)).isEmpty();
        assertThatThrownBy(() -> plan.callback(Call.ACTION)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void limitIsNotPositive_isRefused() {
        assertThatThrownBy(() -> plan(Duration.ZERO, "x")).hasMessageContaining("limit must be positive");
        assertThatThrownBy(() -> plan(Duration.ofMillis(-1), "x")).hasMessageContaining("limit must be positive");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\u0000b", "\ud83d", "\ude00"})
    void optionThatNoDatabaseTakes_isRefusedByName(String value) {
        assertThatThrownBy(() -> plan(Duration.ofSeconds(1), value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("orderId");
    }

    private static StepPlan plan(Duration limit, String option) {
        return new StepPlan("direct:undo", null, Map.of("orderId", option), limit, false);
    }
}
