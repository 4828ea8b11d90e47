package org.bactrian;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.bactrian.embedded.CannotStart;
import org.bactrian.lint.NoRoutes;
import org.bactrian.lint.Source;
import org.bactrian.lint.Written;
import org.jspecify.annotations.Nullable;

/**
 * The routes that the application would start with, or those of another folder on the nearest configuration: its own, that of
 * the home whose routes/ it is, else the one of the home that the command line names.
 */
record UnstartedRoutes(Supplier<Path> home, Supplier<@Nullable String> profile, Map<String, String> environment)
        implements Source {
    private static final String ROUTES = "routes";
    private static final Path CONFIGURATION = Path.of("config/application.properties");

    @Override
    public <T> T look(@Nullable Path folder, Function<Written, T> look) {
        Path asked = folder == null ? home.get() : folder.toAbsolutePath().normalize();
        if (!Files.isDirectory(asked)) {
            throw new NoRoutes("there is no folder " + asked);
        }
        Path configured = configured(asked);
        if (!Files.isRegularFile(configured.resolve(CONFIGURATION))) {
            throw new NoRoutes("there is no %s in %s; say --home DIR".formatted(CONFIGURATION, configured));
        }
        try {
            return UnstartedSettings.read(configured, profile.get(), environment, settings -> {
                try (Written written = written(settings, asked)) {
                    return look.apply(written);
                }
            });
        } catch (CannotStart e) {
            throw new NoRoutes(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public Path shownFrom(@Nullable Path folder) {
        return folder == null ? home.get() : Path.of("").toAbsolutePath();
    }

    private static Written written(Settings settings, Path asked) {
        Map<Path, String> files = asked.equals(settings.home())
                ? HomeRoutes.files(settings)
                : HomeRoutes.below(asked, HomeRoutes.ROUTES, HomeRoutes.KAMELET);
        if (files.keySet().stream().noneMatch(file -> file.toString().endsWith(HomeRoutes.ROUTES))) {
            throw new NoRoutes("there are no route files (*%s) in %s".formatted(HomeRoutes.ROUTES, asked));
        }
        return Written.read(HomeRoutes.ground(settings, Databases.names(settings)), files);
    }

    private Path configured(Path asked) {
        if (Files.isRegularFile(asked.resolve(CONFIGURATION))) {
            return asked;
        }
        Path above = asked.getParent();
        return above != null && asked.endsWith(ROUTES) && Files.isRegularFile(above.resolve(CONFIGURATION))
                ? above
                : home.get();
    }
}
