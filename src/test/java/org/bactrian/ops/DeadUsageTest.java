package org.bactrian.ops;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadUsageTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dead",
                "dead xyzzy",
                "dead show",
                "dead show a-0@1 b-0@1",
                "dead list a b",
                "dead replay",
                "dead replay --all a b",
                "dead list --brokers nowhere",
                "dead list --brokers a:1,,b:2",
            })
    void wrongUsage_saysHowItIsUsed(String line) {
        var answer = Terminal.give(line.split(" "));

        assertThat(answer.err()).contains("Usage: bactrian ");
        assertThat(answer.out()).isEmpty();
        assertThat(answer.exitCode()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dead", "dead list", "dead show", "dead replay"})
    void help_namesWhatEveryCommandHas(String command) {
        var answer = Terminal.give((command + " --help").split(" "));

        assertThat(answer.out())
                .contains("Usage: bactrian " + command)
                .contains("--brokers=HOST:PORT", "--home=DIR", "--profile=NAME");
        assertThat(answer.err()).isEmpty();
        assertThat(answer.exitCode()).isZero();
    }

    @Test
    void homeWithoutConfiguration_saysSo() {
        var answer = Terminal.give("dead", "list", "--home", "/nowhere");

        assertThat(answer.err()).startsWith("bactrian: ").contains("/nowhere/config/application.properties");
        assertThat(answer.exitCode()).isEqualTo(1);
    }
}
