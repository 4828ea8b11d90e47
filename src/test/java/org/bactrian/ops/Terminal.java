package org.bactrian.ops;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bactrian.Bactrian;

/** Gives commands to the application's command line and keeps what they print. */
public final class Terminal {
    private Terminal() {}

    public static Answer give(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        int exitCode = Bactrian.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        return new Answer(out.toString(), err.toString(), exitCode);
    }

    /** As {@code java -jar} does, logging included. */
    static Answer giveInOwnProcess(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Bactrian.class.getName()));
        command.addAll(List.of(arguments));
        Path err = Files.createTempFile("terminal", ".err");
        try {
            Process process =
                    new ProcessBuilder(command).redirectError(err.toFile()).start();
            String out = new String(process.getInputStream().readAllBytes(), UTF_8);
            return new Answer(out, Files.readString(err), process.waitFor());
        } finally {
            Files.delete(err);
        }
    }

    public record Answer(String out, String err, int exitCode) {}
}
