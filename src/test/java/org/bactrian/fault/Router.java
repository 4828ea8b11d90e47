package org.bactrian.fault;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bactrian.Bactrian;
import org.bactrian.RunningApplication;
import org.bactrian.scenario.Client;

/** The application as shipped in a JVM of its own, to be killed, stopped, continued or told to end. */
record Router(Process process, Path log, int port, int managementPort) {
    private static final Duration START = Duration.ofMinutes(5);
    private static final Duration END = Duration.ofMinutes(1);
    private static final String PORT = "camel.server.port";
    private static final String READY = "Bactrian is ready.";

    /**
     * All routers have the same public address, under which their sagas are known, as behind a load balancer; participants
     * are those in the same process.
     */
    static Router start(String name, Path folder, Map<String, String> more) throws IOException {
        return start(name, folder, more, List.of());
    }

    /** @param options of the JVM, which win over the usual ones */
    static Router start(String name, Path folder, Map<String, String> more, List<String> options) throws IOException {
        int port = more.containsKey(PORT) ? Integer.parseInt(more.get(PORT)) : RunningApplication.freePort();
        int managementPort = RunningApplication.freePort();
        Map<String, String> properties = new HashMap<>();
        properties.put("data.folder", folder.resolve(name).toString());
        properties.put(PORT, String.valueOf(port));
        properties.put("camel.management.port", String.valueOf(managementPort));
        properties.put("hawtio.enabled", "false");
        properties.put("public.url", "http://orders.test");
        for (String participant : List.of("order", "inventory", "payment", "shipping", "invoicing")) {
            properties.put("participant.%s.url".formatted(participant), "http://127.0.0.1:" + port);
        }
        properties.putAll(more);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx400m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC"));
        command.addAll(options);
        properties.forEach((key, value) -> command.add("-D%s=%s".formatted(key, value)));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Bactrian.class.getName()));
        Path log = folder.resolve(name + ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new Router(process, log, port, managementPort);
    }

    Router awaitReady() {
        await().atMost(START).until(() -> {
            if (!process.isAlive()) {
                throw new IllegalStateException(printed());
            }
            return printed().contains(READY);
        });
        return this;
    }

    Client client() {
        return new Client("http://127.0.0.1:" + port);
    }

    /** As {@code kill -9} does: it cannot clean up. */
    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** As {@code kill} does; returns at once. */
    void terminate() {
        process.destroy();
    }

    void awaitEnd() {
        await().atMost(END).until(() -> !process.isAlive());
    }

    /** Nothing of it runs until it is continued; its connections stay. */
    void freeze() throws IOException, InterruptedException {
        signal("STOP");
    }

    void thaw() throws IOException, InterruptedException {
        signal("CONT");
    }

    /** The value of one of its metrics, by the name that Prometheus knows; all series of it together. */
    double metric(String name) {
        String all = new Client("http://127.0.0.1:" + managementPort)
                .get("/observe/metrics")
                .body();
        Matcher line = Pattern.compile("(?m)^" + Pattern.quote(name) + "(?:\\{.*})? (\\S+)$")
                .matcher(all);
        double sum = Double.NaN;
        while (line.find()) {
            double value = Double.parseDouble(line.group(1));
            sum = Double.isNaN(sum) ? value : sum + value;
        }
        return sum;
    }

    /** What it has said so far. */
    String printed() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start();
        if (kill.waitFor() != 0) {
            throw new IllegalStateException("kill -%s %d must do".formatted(name, process.pid()));
        }
    }
}
