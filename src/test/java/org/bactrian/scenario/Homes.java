package org.bactrian.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** Home folders for tests: the shipped routes/ and config/, and an example's files on top. */
public final class Homes {
    private Homes() {}

    public static void installShipped(Path home) throws IOException {
        copy(Path.of("routes"), home.resolve("routes"));
        copy(Path.of("config"), home.resolve("config"));
    }

    /** With what the example says instead or in addition. */
    public static void install(Path home, Path example) throws IOException {
        installShipped(home);
        copy(example, home);
    }

    /** The shipped routes/ and config/, but every time limit is longer than any outage in a test: none may undo a good order. */
    public static void installPatient(Path home) throws IOException {
        installShipped(home);
        for (Path route : below(home.resolve("routes"))) {
            boolean isPipeline = route.endsWith("order-pipeline.camel.yaml"); // its limit is above its steps' together
            String limit = isPipeline ? "timeout: 60m" : "timeout: 15m";
            Files.writeString(route, Files.readString(route).replaceAll("timeout: [0-9]+s\\b", limit));
        }
    }

    static List<Path> below(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        for (Path file : below(from)) {
            Path target = to.resolve(from.relativize(file));
            Files.createDirectories(target.getParent());
            Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
