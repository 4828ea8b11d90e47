package org.bactrian.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.bactrian.Bactrian;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the benchmark says, not how fast anything is: that is for a machine that does nothing else. */
class BenchIT {
    @TempDir
    private Path folder;

    @Test
    void work_everySystemIsMeasuredAndWhole() throws Exception {
        Path json = folder.resolve("bench.json");

        Answer answer = give("bench", "--clients", "4", "--seconds", "1", "--json", json, "--data", folder);

        assertThat(answer.exitCode).as(answer.err).isZero();
        List<JsonNode> runs = runs(json);
        assertThat(runs)
                .extracting(
                        run -> run.get("clients").asInt(),
                        run -> run.get("system").asText())
                .containsExactly(tuple(4, "limit"), tuple(4, "camel-in-memory"), tuple(4, "bactrian"));
        assertThat(runs).allSatisfy(run -> {
            assertMeasured(run, "sagasPerSecond", "p50Millis", "p95Millis", "p99Millis", "cpuMillisPerSaga");
            assertMeasured(run, "walFlushesPerSaga");
            assertThat(run.get("whole").asBoolean()).isTrue();
        });
        assertThat(answer.out).contains("camel-in-memory", "batches/s");
        assertNothingLeft(json);
    }

    @Test
    void order_isMeasuredAndWhole() throws Exception {
        Path json = folder.resolve("bench.json");

        Answer answer = give(
                "bench", "--order", "--clients", "2", "--seconds", "2", "--json", json, "--data", folder, "--home", "");

        assertThat(answer.exitCode).as(answer.err).isZero();
        assertThat(runs(json)).singleElement().satisfies(run -> {
            assertThat(run.get("clients").asInt()).isEqualTo(2);
            assertMeasured(run, "ordersPerSecond", "p50Millis", "p95Millis", "p99Millis", "cpuMillisPerOrder");
            assertThat(run.get("messagesPerOrder").asDouble()).isBetween(1.0, 20.0);
            assertMeasured(run, "commitsPerOrder");
            assertThat(run.get("whole").asBoolean()).isTrue();
        });
        assertNothingLeft(json);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--clients 0", "--clients 1,201", "--clients many", "--seconds 0", "--xyzzy"})
    void wrongUsage_saysHowItIsUsed(String arguments) throws Exception {
        Answer answer = give(Stream.concat(Stream.of("bench"), Stream.of(arguments.split(" ")))
                .toArray());

        assertThat(answer.exitCode).isEqualTo(2);
        assertThat(answer.err).contains("Usage: bactrian bench");
    }

    private void assertNothingLeft(Path json) throws Exception {
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactly(json);
        }
    }

    private static void assertMeasured(JsonNode run, String... figures) {
        for (String figure : figures) {
            assertThat(run.get(figure).asDouble()).as(figure).isPositive();
        }
    }

    private static List<JsonNode> runs(Path json) throws Exception {
        JsonNode report = new ObjectMapper().readTree(json.toFile());
        assertThat(report.properties()).hasSize(1);
        return report.get("runs").valueStream().toList();
    }

    private static Answer give(Object... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        int exitCode = Bactrian.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(Stream.of(arguments).map(Object::toString).toArray(String[]::new));
        return new Answer(out.toString(), err.toString(), exitCode);
    }

    private record Answer(String out, String err, int exitCode) {}
}
