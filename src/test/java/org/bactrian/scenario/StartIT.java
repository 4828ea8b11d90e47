package org.bactrian.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.bactrian.scenario.OrderBuilder.anOrder;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bactrian.RunningApplication;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The start script and the process behind it, as in a terminal. */
class StartIT {
    private static final Duration START = Duration.ofSeconds(90);
    private static final int STOP_SECONDS = 10;

    @TempDir
    Path directory;

    private final List<Process> processes = new ArrayList<>();
    private int port;
    private List<String> options;

    @BeforeEach
    void choosePorts() throws IOException {
        port = RunningApplication.freePort();
        options = List.of(
                "-Ddata.folder=" + directory.resolve("data"),
                "-Dcamel.server.port=" + port,
                "-Dcamel.management.port=" + RunningApplication.freePort(),
                "-Dhawtio.port=" + RunningApplication.freePort(),
                "-Dembedded.postgresql.port=0",
                "-Dembedded.kafka.port=0");
    }

    @AfterEach
    void endAll() {
        processes.forEach(process -> process.descendants().forEach(ProcessHandle::destroyForcibly));
        processes.forEach(Process::destroyForcibly);
        postgresOf(directory).forEach(ProcessHandle::destroyForcibly);
    }

    @Test
    void killedWithAnOrderInFlight_nextStartEndsTheOrphanAndGoesOnWithTheSaga() throws Exception {
        Process first = start("first");
        awaitReady("first");
        var client = new Client("http://127.0.0.1:" + port);
        var done = anOrder();
        assertThat(Client.json(client.place(done)).get("status").textValue()).isEqualTo("COMPLETED");
        var cut = anOrder();
        var accepted = client.post(cut.toString(), "Content-Type", "application/json");
        first.destroyForcibly().waitFor();
        assertThat(postgresOf(directory)).isNotEmpty();

        Process second = start("second");
        awaitReady("second");

        assertThat(Client.json(accepted).get("status").textValue()).isEqualTo("STARTED");
        String saga = "/api/sagas/" + Client.json(accepted).get("sagaId").textValue();
        await().atMost(START)
                .until(() -> !client.json(saga).get("status").textValue().endsWith("ING")
                        && !client.json(saga).get("status").textValue().equals("STARTED"));
        assertThat(client.json(saga).get("status").textValue())
                .as(client.json(saga).toString())
                .isEqualTo("COMPLETED");
        assertThat(client.json("/api/orders/" + cut.id()).at("/order/status").textValue())
                .isEqualTo("APPROVED");
        assertThat(Books.of(client, 1))
                .extracting(Books::reserved, Books::authorized)
                .containsExactly(0L, 0L);
        assertThat(client.json("/api/orders/" + done.id()).at("/order/status").textValue())
                .isEqualTo("APPROVED");

        second.destroy();

        assertThat(second.waitFor(STOP_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(postgresOf(directory)).isEmpty();
        assertThat(read("second")).contains("Try:").doesNotContain("ERROR");
    }

    @Test
    void portInUse_oneLineSaysWhichAndHowToChangeIt() throws Exception {
        try (var taken = new ServerSocket(port)) {
            Process process = start("run");

            assertThat(process.waitFor(START.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(1);
            assertThat(read("run").lines().filter(line -> line.startsWith("bactrian cannot start")))
                    .singleElement()
                    .asString()
                    .contains("Port " + taken.getLocalPort(), "camel.server.port");
            assertThat(read("run")).doesNotContain("\tat ");
        }
    }

    @Test
    void dataFolderIsNoFolder_oneLineSaysSo() throws Exception {
        Files.writeString(directory.resolve("data"), "mine");

        Process process = start("run");

        assertThat(process.waitFor(START.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(read("run").lines().filter(line -> line.startsWith("bactrian cannot start")))
                .singleElement()
                .asString()
                .contains(directory.resolve("data").toString());
        assertThat(Files.readString(directory.resolve("data"))).isEqualTo("mine");
    }

    private Process start(String name) throws IOException {
        var builder = new ProcessBuilder(Path.of("bactrian").toAbsolutePath().toString())
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(name + ".log").toFile());
        builder.environment().put("BACTRIAN_JAVA_OPTS", String.join(" ", options));
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    private void awaitReady(String name) {
        await().atMost(START).until(() -> {
            String log = read(name);
            if (log.contains("cannot start")) {
                throw new IllegalStateException(log);
            }
            return log.contains("Bactrian is ready.");
        });
    }

    private String read(String name) throws IOException {
        return Files.readString(directory.resolve(name + ".log"));
    }

    private static List<ProcessHandle> postgresOf(Path directory) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains("-D " + directory))
                .filter(process -> process.info().command().orElse("").endsWith("postgres"))
                .toList();
    }
}
