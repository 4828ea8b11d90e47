package org.bactrian.lint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.bactrian.ops.Terminal;
import org.bactrian.scenario.YourOwn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shipped routes, and those of the examples on top of them, have nothing wrong. */
class ShippedRoutesTest {

    @Test
    void shippedRoutes_haveNoFindings() {
        try (var desk = new Desk()) {
            Lint.Report report = desk.report(Desk.shipped());

            assertThat(report.findings()).isEmpty();
            assertThat(report.pipelines()).isEqualTo(1);
            assertThat(report.routes()).isGreaterThan(40);
        }
    }

    @Test
    void homeOfOnesOwn_asItsDocumentationMakesIt_hasNoFindings(@TempDir Path home) throws Exception {
        YourOwn.install(home);

        var answer = Terminal.give("lint", "--profile", "points", "--home", home.toString());

        assertThat(answer.out()).contains("2 pipelines: nothing found");
        assertThat(answer.exitCode()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"examples/your-own/routes", "examples/choreographed/routes"})
    void examplesOnTop_haveNoFindings(String example) {
        try (var desk = new Desk()) {
            assertThat(desk.report(Desk.shipped(Path.of(example))).findings()).isEmpty();
        }
    }
}
