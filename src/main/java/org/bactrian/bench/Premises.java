package org.bactrian.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A folder of its own and what runs in it: all gone when this is closed, or when the process is told to end before. */
final class Premises implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Premises.class);

    private final Path folder;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final Thread hook = new Thread(this::end, "bench-shutdown");
    private boolean ended;

    /** @param parent where to make the folder; null: where the system keeps what is temporary */
    Premises(@Nullable Path parent) throws IOException {
        folder = parent == null
                ? Files.createTempDirectory("bactrian-bench")
                : Files.createTempDirectory(Files.createDirectories(parent), "bactrian-bench");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    Path folder() {
        return folder;
    }

    /** Closed with this, what was kept last first. */
    synchronized <T extends AutoCloseable> T keep(T part) {
        open.push(part);
        return part;
    }

    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            LOG.debug("the process ends already", e);
        }
    }

    private synchronized void end() {
        if (ended) {
            return;
        }
        ended = true;
        while (!open.isEmpty()) {
            AutoCloseable part = open.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("{} could not be ended", part, e);
            }
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(Premises::delete);
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("{} could not be deleted", folder, e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
