package org.bactrian.lint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bactrian.ops.Terminal;
import org.bactrian.scenario.Homes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./bactrian lint}, as it is called in a terminal. */
class LintCommandTest {
    private static final String PIPELINE = "routes/order-pipeline.camel.yaml";

    @TempDir
    Path home;

    @BeforeEach
    void installHome() throws IOException {
        Homes.install(home, Path.of("examples/choreographed"));
    }

    @Test
    void nothingIsWrong_oneLineSaysSo() {
        var answer = lint();

        assertThat(answer.out()).matches("\\d+ routes, 1 pipeline: nothing found\\R");
        assertThat(answer.err()).isEmpty();
        assertThat(answer.exitCode()).isZero();
        assertThat(home.resolve("data")).doesNotExist();
    }

    @Test
    void twoThingsAreWrong_bothAreToldWithTheirPlaces() throws IOException {
        edit(PIPELINE, "parallelProcessing: true", "parallelProcessing: true\n                  stopOnException: true");
        edit(
                "routes/steps/create-order.camel.yaml",
                "direct:cancel-order\n            completion",
                "direct:cancel-oder\n            completion");

        var answer = lint();

        assertThat(answer.out().lines())
                .containsSubsequence(
                        PIPELINE + ":18 route order-pipeline [parallel-stage]",
                        "routes/steps/create-order.camel.yaml:9 route create-order [nowhere]",
                        "    direct:cancel-oder: no route consumes from there.")
                .anyMatch(line -> line.startsWith("    Mend: leave stopOnException out"))
                .last()
                .asString()
                .endsWith("1 pipeline: 2 found; docs/lint.md says more");
        assertThat(answer.exitCode()).isEqualTo(1);
    }

    @Test
    void pipelineIsEditedAsTheReadmeSays_whatItShowsIsSaid(@TempDir Path shipped) throws IOException {
        Path pipeline = shipped.resolve(PIPELINE);
        Homes.installShipped(shipped);
        edit(pipeline, "parallelProcessing: true", "parallelProcessing: true\n                  stopOnException: true");
        edit(pipeline, "- to: {id: call-fulfil", "- to: {uri: \"file:orders\"}\n              - to: {id: call-fulfil");

        var answer = Terminal.give("lint", "--home", shipped.toString());

        assertThat(Files.readString(Path.of("README.md"))).contains("$ ./bactrian lint\n" + answer.out() + "```");
    }

    @Test
    void folderOfRoutesOrOtherHome_isLookedAtWithItsConfiguration() throws IOException {
        edit("config/application.properties", "saga.stepLimit = 30s", "saga.stepLimit = 90s");
        edit("routes/steps/create-order.camel.yaml", "            timeout: 10s\n", "");

        for (String folder : new String[] {"", "routes"}) {
            var answer = Terminal.give("lint", home.resolve(folder).toString());

            assertThat(answer.out().replaceAll("\\s+", " "))
                    .contains("(create-order 90s + reserve-inventory 10s + fulfil-order 30s)");
            assertThat(answer.exitCode()).isEqualTo(1);
        }
    }

    @Test
    void otherHomeThanTheStartScripts_isLookedAtItself() throws IOException {
        edit(PIPELINE, "timeout: 60s", "timeout: 20s");
        System.setProperty("bactrian.home", Path.of("").toAbsolutePath().toString());
        try {
            assertThat(Terminal.give("lint", home.toString()).out()).contains("[step-limits]");
        } finally {
            System.clearProperty("bactrian.home");
        }
    }

    @Test
    void noFolderOrNoRoutes_exitCodeTwoAndTheReason() {
        var missing = Terminal.give("lint", home.resolve("no-such").toString());
        var empty = Terminal.give("lint", home.resolve("config").toString());
        var noConfiguration =
                Terminal.give("lint", "--home", home.resolve("config").toString());

        assertThat(missing.err()).startsWith("bactrian: there is no folder " + home.resolve("no-such"));
        assertThat(empty.err()).contains("there are no route files");
        assertThat(noConfiguration.err()).contains("there is no config/application.properties");
        assertThat(missing.exitCode()).isEqualTo(2);
        assertThat(empty.exitCode()).isEqualTo(2);
        assertThat(noConfiguration.exitCode()).isEqualTo(2);
    }

    @Test
    void filesCannotBeRead_exitCodeTwoAndTheirLines() throws IOException {
        edit(PIPELINE, "id: order-pipeline", "id: [order-pipeline");
        edit("routes/steps/create-order.camel.yaml", "compensation:", "compensatoin:");

        var answer = lint();

        assertThat(answer.err().lines())
                .anyMatch(line -> line.startsWith(PIPELINE + ":4: "))
                .anyMatch(line ->
                        line.startsWith("routes/steps/create-order.camel.yaml:11: ") && line.contains("compensatoin"));
        assertThat(answer.out()).isEmpty();
        assertThat(answer.exitCode()).isEqualTo(2);
    }

    @Test
    void beansOfRoutes_areNotMade() throws IOException {
        Files.writeString(home.resolve("routes/loud.camel.yaml"), """
                - beans:
                    - name: loud
                      type: org.bactrian.lint.LintCommandTest$Loud
                - route:
                    id: loud
                    from:
                      uri: timer:loud
                      steps:
                        - bean: {ref: loud}
                """);

        assertThat(lint().exitCode()).isZero();
    }

    /** Cannot be made. */
    public static final class Loud {
        public Loud() {
            throw new AssertionError("the bean was made");
        }
    }

    private Terminal.Answer lint() {
        return Terminal.give("lint", "--home", home.toString());
    }

    private void edit(String file, String before, String after) throws IOException {
        edit(home.resolve(file), before, after);
    }

    private static void edit(Path file, String before, String after) throws IOException {
        String text = Files.readString(file);
        assertThat(text).containsOnlyOnce(before);
        Files.writeString(file, text.replace(before, after));
    }
}
