package org.bactrian.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process that serves a PostgreSQL data directory, found by the pid that it wrote there. It outlives a killed JVM.
 * Pids are given out again, so the process counts only if its command line is a postgres on that very directory.
 *
 * @param process alive when it was found
 * @param dataDirectory without symbolic links
 */
record Postmaster(ProcessHandle process, Path dataDirectory) {
    static final String PID_FILE = "postmaster.pid";

    private static final Logger LOG = LoggerFactory.getLogger(Postmaster.class);
    private static final Duration LOOK_AGAIN_AFTER = Duration.ofMillis(50);
    private static final Duration FAST_SHUTDOWN_LIMIT = Duration.ofSeconds(3);
    private static final Duration IMMEDIATE_SHUTDOWN_LIMIT = Duration.ofSeconds(2);

    /** Empty if none serves that directory. */
    static Optional<Postmaster> of(Path dataDirectory) {
        return recorded(dataDirectory)
                .map(process -> new Postmaster(process, real(dataDirectory)))
                .filter(Postmaster::serves);
    }

    /**
     * Deletes a pid file whose pid has gone to another program, as it happens in containers and after a reboot.
     * PostgreSQL itself would refuse to start.
     */
    static void forgetRecycledPid(Path dataDirectory) throws IOException {
        if (recorded(dataDirectory).isPresent() && of(dataDirectory).isEmpty()) {
            Files.deleteIfExists(dataDirectory.resolve(PID_FILE));
        }
    }

    /** Ends it, politely if that is quick: clients are cut off, what was committed stays. */
    void end() {
        if (!signalled("INT", FAST_SHUTDOWN_LIMIT) && !signalled("QUIT", IMMEDIATE_SHUTDOWN_LIMIT)) {
            process.destroyForcibly();
            if (!endsWithin(IMMEDIATE_SHUTDOWN_LIMIT)) {
                throw new CannotStart("PostgreSQL (process %d) on %s does not end; end it by hand."
                        .formatted(process.pid(), dataDirectory));
            }
        }
    }

    private boolean signalled(String signal, Duration limit) {
        try {
            // ProcessHandle.destroy() sends TERM, for which PostgreSQL waits until every client has gone.
            new ProcessBuilder("sh", "-c", "kill -%s %d".formatted(signal, process.pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            LOG.warn("Signal {} could not be sent to PostgreSQL (process {}): {}", signal, process.pid(), e.toString());
            return false;
        }
        return endsWithin(limit);
    }

    private boolean endsWithin(Duration limit) {
        var deadline = System.nanoTime() + limit.toNanos();
        while (serves()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            awaitExit(LOOK_AGAIN_AFTER);
        }
        return true;
    }

    private void awaitExit(Duration limit) {
        try {
            process.onExit().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // The caller looks again: nobody tells that a process has ended which nobody collects.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotStart("Interrupted while PostgreSQL (process %d) was ending.".formatted(process.pid()), e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("process %d must be watchable".formatted(process.pid()), e);
        }
    }

    /** False also for one that has ended and is only kept in the process table. */
    boolean serves() {
        var info = process.info();
        var command = info.arguments().orElseGet(() -> new String[0]);
        return process.isAlive()
                && info.command()
                        .map(Path::of)
                        .filter(c -> c.endsWith("postgres"))
                        .isPresent()
                && Arrays.stream(command).anyMatch(argument -> names(argument, dataDirectory));
    }

    private static Optional<ProcessHandle> recorded(Path dataDirectory) {
        var pidFile = dataDirectory.resolve(PID_FILE);
        if (!Files.exists(pidFile)) {
            return Optional.empty();
        }
        try (var lines = Files.lines(pidFile)) {
            return lines.findFirst()
                    .map(String::trim)
                    .filter(line -> line.matches("[0-9]{1,18}"))
                    .flatMap(line -> ProcessHandle.of(Long.parseLong(line)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean names(String argument, Path directory) {
        try {
            return argument.startsWith("/") && real(Path.of(argument)).equals(directory);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path.toAbsolutePath().normalize();
        }
    }
}
