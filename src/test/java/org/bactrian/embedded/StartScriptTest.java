package org.bactrian.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.attribute.PosixFilePermissions.fromString;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The start script {@code ./bactrian} in a checkout of its own, with a Java and a Maven that say how they were called. */
class StartScriptTest {
    private static final String JAVA = """
            #!/bin/sh
            case $1 in
              -version) echo 'openjdk version "%s" 2025-04-15' >&2 ;;
              *) echo "java $$"; for argument; do echo "$argument"; done ;;
            esac
            """;
    private static final String MAVEN = """
            #!/bin/sh
            echo "mvn $*"
            mkdir -p target/lib
            touch target/bactrian.jar
            """;
    private static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path directory;

    private Path checkout;
    private Path tools;

    @BeforeEach
    void makeCheckout() throws IOException {
        checkout = Files.createDirectories(directory.resolve("check out"));
        tools = Files.createDirectories(directory.resolve("bin"));
        Files.copy(Path.of("bactrian"), checkout.resolve("bactrian"), StandardCopyOption.COPY_ATTRIBUTES);
        for (String tool : List.of("bash", "cat", "dirname", "find", "head", "mkdir", "readlink", "sed", "touch")) {
            program(tool, "#!/bin/sh\nexec %s \"$@\"\n".formatted(tool(tool)));
        }
        program("java", JAVA.formatted("17.0.15"));
        program("javac", "#!/bin/sh\n");
        program("mvn", MAVEN);
        source("pom.xml");
        source("src/main/java/A.java");
        Files.setLastModifiedTime(checkout.resolve("src/main/java"), FileTime.from(LONG_AGO));
        Files.setLastModifiedTime(checkout.resolve("src/main"), FileTime.from(LONG_AGO));
    }

    @Test
    void neverBuilt_buildsWithoutTestsAndStartsJavaInItsPlace() throws Exception {
        var run = run(Map.of(), "--fresh");

        assertThat(run.lines).startsWith("Building (first start takes about a minute)…");
        assertThat(run.lines.get(1)).startsWith("mvn ").contains("-Dmaven.test.skip=true");
        assertThat(run.lines)
                .contains(
                        "java " + run.pid,
                        "-Dbactrian.home=" + checkout.toRealPath(),
                        checkout.toRealPath().resolve("target/bactrian.jar").toString())
                .endsWith("--fresh");
        assertThat(run.exitCode).isZero();
    }

    @Test
    void builtAndNothingChanged_isNotBuiltAgain() throws Exception {
        run(Map.of());

        assertThat(run(Map.of()).lines).noneMatch(line -> line.startsWith("mvn"));
    }

    @Test
    void sourceNewerThanTheBuild_isBuiltAgain() throws Exception {
        run(Map.of());
        Files.setLastModifiedTime(checkout.resolve("target/bactrian.jar"), FileTime.from(LONG_AGO.minusSeconds(1)));

        assertThat(run(Map.of()).lines).anyMatch(line -> line.startsWith("mvn"));
    }

    @Test
    void calledThroughLinksFromElsewhere_findsItsCheckout() throws Exception {
        Files.createSymbolicLink(checkout.resolve("link"), Path.of("bactrian"));
        var link = Files.createSymbolicLink(directory.resolve("saga"), checkout.resolve("link"));

        assertThat(run(link, Map.of()).lines).contains("-Dbactrian.home=" + checkout.toRealPath());
    }

    @Test
    void optionsOfTheUser_comeAfterOurs() throws Exception {
        var lines = run(Map.of("BACTRIAN_JAVA_OPTS", "-Xmx2g -Dx=y")).lines;

        assertThat(lines).containsSubsequence("-Xmx1g", "-Xmx2g", "-Dx=y", "-jar");
    }

    @Test
    void logbackFileInConfig_isPassedOn() throws Exception {
        source("config/logback.xml");

        assertThat(run(Map.of()).lines)
                .contains("-Dlogback.configurationFile=" + checkout.toRealPath().resolve("config/logback.xml"));
    }

    @Test
    void otherHome_isJavasTooAndItsLoggingIsUsed() throws Exception {
        Path elsewhere = directory.resolve("elsewhere");
        Files.createDirectories(elsewhere.resolve("config"));
        Path logging = Files.writeString(elsewhere.resolve("config/logback.xml"), "");

        assertThat(run(Map.of(), "--home", elsewhere.toString()).lines)
                .contains("-Dbactrian.home=" + elsewhere, "-Dlogback.configurationFile=" + logging)
                .doesNotContain("-Dbactrian.home=" + checkout.toRealPath());
    }

    @Test
    void help_needsNoJava() throws Exception {
        Files.delete(tools.resolve("java"));

        var run = run(Map.of(), "--help");

        assertThat(run.lines).startsWith("Usage: ./bactrian [--home DIR] [--profile NAME] [--fresh]");
        assertThat(run.lines)
                .anyMatch(line -> line.startsWith("  dead list"))
                .anyMatch(line -> line.startsWith("  dead show"))
                .anyMatch(line -> line.startsWith("  dead replay"))
                .anyMatch(line -> line.startsWith("  lint [DIR]"))
                .anyMatch(line -> line.startsWith("  plan [ROUTE]"));
        assertThat(run.exitCode).isZero();
    }

    @Test
    void helpOfACommand_isJavasToGive() throws Exception {
        for (String[] arguments : new String[][] {
            {"dead", "--help"},
            {"dead", "list", "-h"},
            {"--home", "x", "dead", "--help"},
            {"--profile", "x", "dead", "-h"},
            {"lint", "--help"},
            {"plan", "-h"}
        }) {
            var run = run(Map.of(), arguments);

            assertThat(run.lines).contains("-jar").endsWith(arguments).doesNotContain("Environment:");
            assertThat(run.exitCode).isZero();
        }
    }

    @Test
    void helpBesideAHomeNamedAsACommand_isOurs() throws Exception {
        assertThat(run(Map.of(), "--home", "dead", "--help").lines.get(0)).startsWith("Usage: ./bactrian");
    }

    @Test
    void command_startsSoonAndLeavesLoggingToItself() throws Exception {
        source("config/logback.xml");

        assertThat(run(Map.of(), "dead", "list").lines)
                .contains("-Dbactrian.home=" + checkout.toRealPath(), "-XX:TieredStopAtLevel=1")
                .noneMatch(line -> line.startsWith("-Dlogback"))
                .endsWith("dead", "list");
        assertThat(run(Map.of()).lines).doesNotContain("-XX:TieredStopAtLevel=1");
    }

    @Test
    void bench_runsAsTheApplicationDoes() throws Exception {
        source("config/logback.xml");

        assertThat(run(Map.of(), "bench", "--order").lines)
                .contains("-Xmx1g")
                .noneMatch(line -> line.startsWith("-XX:Tiered") || line.startsWith("-Dlogback"))
                .endsWith("bench", "--order");
    }

    @Test
    void homeBehindTheCommand_isTheHome() throws Exception {
        assertThat(run(Map.of(), "dead", "list", "--home", "/x").lines).contains("-Dbactrian.home=/x");
    }

    @Test
    void commandNotBuilt_whatIsSaidOfTheBuildIsNoAnswer() throws Exception {
        var process = start(checkout.resolve("bactrian"), Map.of(), "dead", "list")
                .redirectErrorStream(false)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();

        assertThat(new String(process.getInputStream().readAllBytes(), UTF_8).lines())
                .noneMatch(line -> line.startsWith("Building") || line.startsWith("mvn"))
                .contains("dead");
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void noJava_oneLine() throws Exception {
        Files.delete(tools.resolve("java"));

        assertThat(run(Map.of()))
                .isEqualTo(complaint("Java is missing: install a JDK 17 or newer, or set JAVA_HOME to one."));
    }

    @Test
    void javaHomeWithoutJava_oneLine() throws Exception {
        assertThat(run(Map.of("JAVA_HOME", "/nowhere")))
                .isEqualTo(
                        complaint("JAVA_HOME is /nowhere, where there is no bin/java; set it to a JDK 17 or newer."));
    }

    @Test
    void oldJava_oneLine() throws Exception {
        for (String version : List.of("11.0.2", "1.8.0_402", "9")) {
            program("java", JAVA.formatted(version));

            assertThat(run(Map.of()))
                    .isEqualTo(complaint("Java %s (%s) is too old; set JAVA_HOME to a JDK 17 or newer."
                            .formatted(version, tools.resolve("java"))));
        }
    }

    @Test
    void newerJava_starts() throws Exception {
        for (String version : List.of("21", "25-ea", "17")) {
            program("java", JAVA.formatted(version));

            assertThat(run(Map.of()).exitCode).isZero();
        }
    }

    @Test
    void noMaven_oneLine() throws Exception {
        Files.delete(tools.resolve("mvn"));

        assertThat(run(Map.of()))
                .isEqualTo(complaint(
                        "Maven is missing: install Maven 3.8 or newer; Bactrian is built at its first start."));
    }

    @Test
    void buildFails_saysSoAndDoesNotStart() throws Exception {
        program("mvn", "#!/bin/sh\nexit 1\n");

        var run = run(Map.of());

        assertThat(run.lines).endsWith("bactrian: The build failed; what Maven says is above.");
        assertThat(run.exitCode).isEqualTo(1);
    }

    private static Run complaint(String sentence) {
        return new Run(0, List.of("bactrian: " + sentence), 1);
    }

    private Run run(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        return run(checkout.resolve("bactrian"), environment, arguments);
    }

    private Run run(Path script, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        var process = start(script, environment, arguments).start();
        var lines = new String(process.getInputStream().readAllBytes(), UTF_8)
                .lines()
                .toList();
        return new Run(process.pid(), lines, process.waitFor());
    }

    private ProcessBuilder start(Path script, Map<String, String> environment, String... arguments) {
        var command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true).directory(directory.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("JAVA") || name.startsWith("BACTRIAN"));
        builder.environment().put("PATH", tools.toString());
        builder.environment().putAll(environment);
        return builder;
    }

    private void program(String name, String text) throws IOException {
        var file = Files.writeString(tools.resolve(name), text);
        Files.setPosixFilePermissions(file, fromString("rwxr-xr-x"));
    }

    private void source(String path) throws IOException {
        var file = checkout.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "x");
        Files.setLastModifiedTime(file, FileTime.from(LONG_AGO));
    }

    private static Path tool(String name) {
        return Stream.of(System.getenv("PATH").split(":"))
                .map(place -> Path.of(place, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("%s must be on the PATH".formatted(name)));
    }

    /** What a run printed, standard error included; equal but for the process. */
    private record Run(long pid, List<String> lines, int exitCode) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Run run && lines.equals(run.lines) && exitCode == run.exitCode;
        }

        @Override
        public int hashCode() {
            return lines.hashCode();
        }
    }
}
