package org.bactrian;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.bactrian.embedded.CannotStart;
import org.bactrian.lint.Finding;
import org.bactrian.lint.Ground;
import org.bactrian.lint.Lint;
import org.bactrian.lint.Unreadable;
import org.bactrian.lint.Written;

/** The route files that the application runs, looked at before they run. */
final class HomeRoutes {
    /** Beans that the application binds, beside those of each participant's database. */
    static final Set<String> BEANS = Set.of(
            "sagaDatabase",
            "operatorToken",
            "operatorPauses",
            "pacedConsumers",
            "barrierPurge",
            "sagaArchive",
            "stageResults");

    private static final List<String> OF_A_DATABASE = List.of("Database", "Barrier", "Transaction", "Outbox");
    private static final String ROUTES_FOLDER = "routes";
    static final String ROUTES = ".camel.yaml";
    static final String KAMELET = ".kamelet.yaml";
    private static final String PATTERN = "camel.main.routesIncludePattern";

    private HomeRoutes() {}

    /** @throws CannotStart naming everything that is wrong */
    static void require(Settings settings, List<String> databases) {
        Path home = settings.home();
        try (Written written = Written.read(ground(settings, databases), files(settings))) {
            List<Finding> findings = Lint.check(written).findings();
            if (!findings.isEmpty()) {
                throw new CannotStart(
                        "the routes would break what sagas guarantee:%n%s%n%d found; docs/lint.md says more"
                                .formatted(text(findings, finding -> finding.text(home)), findings.size()));
            }
        } catch (Unreadable e) {
            throw new CannotStart(e.text(home), e);
        }
    }

    /**
     * What is wrong with the routes of these files and those from outside routes/, on what the running application has.
     *
     * @param edited all that are to be in routes/
     */
    static List<Finding> findings(Settings settings, Map<Path, String> edited) {
        Map<Path, String> files = files(settings);
        files.keySet().removeIf(file -> file.startsWith(settings.home().resolve(ROUTES_FOLDER)));
        files.putAll(edited);
        try (Written written = Written.read(ground(settings, Databases.names(settings)), files)) {
            return Lint.check(written).findings();
        }
    }

    /** @param databases by name, the saga log's among them */
    static Ground ground(Settings settings, Collection<String> databases) {
        var beans = new HashSet<>(BEANS);
        databases.stream()
                .filter(name -> !name.equals(Databases.SAGA))
                .forEach(name -> OF_A_DATABASE.forEach(part -> beans.add(name + part)));
        return new Ground(
                settings.context(),
                name -> beans.contains(name)
                        || settings.find("camel.beans." + name).isPresent()
                        || settings.context().getRegistry().lookupByName(name) != null);
    }

    /** As Camel finds them, and every Kamelet below routes/, used or not. */
    static Map<Path, String> files(Settings settings) {
        Map<Path, String> files = new LinkedHashMap<>();
        for (String pattern : settings.list(PATTERN)) {
            try {
                for (Resource resource : PluginHelper.getPackageScanResourceResolver(settings.context())
                        .findResources(pattern)) {
                    Path file = Path.of(resource.getLocation().replaceFirst("^[a-z]+:", ""));
                    files.put(file.toAbsolutePath().normalize(), text(resource));
                }
            } catch (Exception e) {
                throw new CannotStart("the routes at %s cannot be read; see %s".formatted(pattern, PATTERN), e);
            }
        }
        Path routes = settings.home().resolve(ROUTES_FOLDER);
        if (Files.isDirectory(routes)) {
            below(routes, KAMELET).forEach(files::putIfAbsent);
        }
        return files;
    }

    /** The files in a folder and those below it whose names end so; nothing of hidden folders, which are copies. */
    static Map<Path, String> below(Path folder, String... endings) {
        Map<Path, String> files = new LinkedHashMap<>();
        try {
            Path start = folder.toRealPath();
            try (Stream<Path> found = Files.walk(start)) {
                for (Path file : found.filter(Files::isRegularFile).toList()) {
                    Path inside = start.relativize(file);
                    if (!isHidden(inside) && Stream.of(endings).anyMatch(inside.toString()::endsWith)) {
                        files.put(folder.resolve(inside), new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
                    }
                }
            }
            return files;
        } catch (UncheckedIOException | IOException e) {
            throw new CannotStart("the folder %s cannot be read: %s".formatted(folder, why(e)), e);
        }
    }

    /** What Kubernetes mounts has its files a second time in such a folder. */
    private static boolean isHidden(Path file) {
        return Stream.iterate(file, Objects::nonNull, Path::getParent)
                .anyMatch(part -> part.getFileName().toString().startsWith("."));
    }

    private static String why(Exception e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return cause instanceof AccessDeniedException denied
                ? "there is no permission to read " + denied.getFile()
                : cause.toString();
    }

    static String text(List<Finding> findings, Function<Finding, String> form) {
        return String.join(System.lineSeparator(), findings.stream().map(form).toList());
    }

    private static String text(Resource resource) throws IOException {
        try (InputStream in = resource.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
