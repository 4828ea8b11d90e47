package org.bactrian.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A main class of the tests in a JVM of its own, up and ready, to be killed. */
public record ForkedJvm(Process process) implements AutoCloseable {
    /** What the main class prints when it is ready. */
    public static final String READY = "ready";

    /** @throws IllegalStateException with what it printed, if it ended without having been ready */
    public static ForkedJvm start(Class<?> main, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", // up sooner, and it does not live long
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var printed = new ArrayList<String>();
        BufferedReader output = process.inputReader();
        for (var line = output.readLine(); line != null; line = output.readLine()) {
            if (line.equals(READY)) {
                return new ForkedJvm(process);
            }
            printed.add(line);
        }
        throw new IllegalStateException("%s must print '%s'; printed %s".formatted(main, READY, printed));
    }

    /** To be called by the main class: says that it is ready and keeps it alive. */
    static void readyForever() throws InterruptedException {
        System.out.println(READY);
        Thread.currentThread().join();
    }

    /** As {@code kill -9} does: it cannot clean up. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            throw new IllegalStateException("process %d must end when killed".formatted(process.pid()));
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
