package org.bactrian.live;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.bactrian.routes.RouteFault;
import org.jspecify.annotations.Nullable;

/**
 * Tells which route files have changed since they were last taken, once they have been left alone for some looks: an editor
 * that truncates and writes, or writes beside and renames, is not caught in the middle. Looks instead of being notified: that
 * works on every file system, for new folders, too.
 */
final class RoutesFolder {
    private final Path folder;
    private final int looks;
    private final Map<Path, Mark> taken = new HashMap<>();
    private final Map<Path, Seen> restless = new HashMap<>();

    private record Mark(
            FileTime modified, long size, @Nullable Object file) {}

    /** @param mark null if it is not there */
    private record Seen(@Nullable Mark mark, int times) {}

    /** @param looks at which a change must look the same before it is taken */
    RoutesFolder(Path folder, int looks) {
        this.folder = folder;
        this.looks = looks;
        taken.putAll(look());
    }

    /** All that are there. */
    Set<Path> files() {
        return Set.copyOf(look().keySet());
    }

    /** Those that are new, different or gone, each once; none while any other is still being written. */
    Set<Path> changes() {
        Map<Path, Mark> now = look();
        var different = new HashSet<Path>();
        taken.keySet().stream().filter(path -> !now.containsKey(path)).forEach(different::add);
        now.forEach((path, mark) -> {
            if (!mark.equals(taken.get(path))) {
                different.add(path);
            }
        });
        restless.keySet().retainAll(different);
        different.forEach(path -> restless.merge(
                path,
                new Seen(now.get(path), 1),
                (before, seen) ->
                        Objects.equals(before.mark(), seen.mark()) ? new Seen(seen.mark(), before.times() + 1) : seen));
        if (restless.values().stream().anyMatch(seen -> seen.times() <= looks)) {
            return Set.of();
        }
        restless.clear();
        taken.clear();
        taken.putAll(now);
        return different;
    }

    /** As Camel reads it: what is no UTF-8 stays in comments and the like. Empty if it is not there. */
    static Optional<String> text(Path file) {
        try {
            return Optional.of(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new RouteFault(file, 1, "cannot be read: " + e);
        }
    }

    private Map<Path, Mark> look() {
        var seen = new HashMap<Path, Mark>();
        try (var files = Files.find(folder, Integer.MAX_VALUE, RoutesFolder::isRouteFile)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                mark(file).ifPresent(mark -> seen.put(file, mark));
            }
            return seen;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Mark> mark(Path file) throws IOException {
        try {
            BasicFileAttributes read = Files.readAttributes(file, BasicFileAttributes.class);
            return Optional.of(new Mark(read.lastModifiedTime(), read.size(), read.fileKey()));
        } catch (NoSuchFileException e) {
            return Optional.empty(); // gone since it was listed
        }
    }

    private static boolean isRouteFile(Path path, BasicFileAttributes attributes) {
        String name = path.getFileName().toString();
        return Files.isRegularFile(path)
                && !name.startsWith(".")
                && (name.endsWith(".camel.yaml") || name.endsWith(".kamelet.yaml"));
    }
}
