package org.bactrian.simulation;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.bactrian.saga.Saga;
import org.jspecify.annotations.NullMarked;

/**
 * The core with a bug in it, and the simulation of it, in a class loader of their own: one source file is compiled with a
 * line changed, so that nothing in the application must know of bugs.
 */
final class Mutant extends URLClassLoader {
    private static final Path SOURCES = Path.of("src/main/java/org/bactrian/saga");

    private Mutant(List<URL> folders) {
        super(folders.toArray(URL[]::new), Mutant.class.getClassLoader());
    }

    /**
     * @param folder for the changed classes
     * @param changes what is there, and what is to be there instead; each is there once
     */
    static Mutant of(Path folder, String file, Map<String, String> changes) throws IOException {
        String source = Files.readString(SOURCES.resolve(file));
        for (var change : changes.entrySet()) {
            if (source.split(java.util.regex.Pattern.quote(change.getKey()), -1).length != 2) {
                throw new IllegalArgumentException(
                        "%s must have this once, for a bug to be planted: %s".formatted(file, change.getKey()));
            }
            source = source.replace(change.getKey(), change.getValue());
        }
        Path changed = Files.writeString(folder.resolve(file), source);
        compile(changed, folder);
        return new Mutant(List.of(url(folder), location(Saga.class), location(Mutant.class)));
    }

    private static void compile(Path source, Path into) throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        var said = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            String classes = path(location(Saga.class))
                    + System.getProperty("path.separator")
                    + path(location(NullMarked.class));
            boolean done = compiler.getTask(
                            said,
                            files,
                            null,
                            List.of("-d", into.toString(), "-classpath", classes, "-proc:none"),
                            null,
                            files.getJavaFileObjects(source))
                    .call();
            if (!done) {
                throw new IllegalStateException("the planted bug does not compile:\n" + said);
            }
        }
    }

    /** The first violation in so many schedules, with its seed; empty if there is none. */
    Optional<String> firstViolation(int schedules) throws ReflectiveOperationException {
        var run = loadClass(Schedule.class.getName()).getDeclaredMethod("firstViolation", long.class, String.class);
        run.setAccessible(true);
        return Optional.ofNullable((String) run.invoke(null, (long) schedules, Plant.NONE.name()));
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        boolean own = name.startsWith("org.bactrian.saga.") || name.startsWith("org.bactrian.simulation.");
        if (!own) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            return known == null ? findClass(name) : known;
        }
    }

    private static URL location(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation();
    }

    private static Path path(URL folder) {
        return Path.of(java.net.URI.create(folder.toString()));
    }

    private static URL url(Path folder) {
        try {
            return folder.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new UncheckedIOException(e);
        }
    }
}
