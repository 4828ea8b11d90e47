package org.bactrian;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.camel.CamelContext;
import org.apache.camel.support.CamelContextHelper;
import org.bactrian.embedded.CannotStart;

/** Reads our own keys through Camel's properties, so that files, environment and system properties work as everywhere. */
final class Settings {
    private final CamelContext context;
    private final Path home;
    private final List<String> faults = new ArrayList<>();

    Settings(CamelContext context, Path home) {
        this.context = context;
        this.home = home;
    }

    CamelContext context() {
        return context;
    }

    Path home() {
        return home;
    }

    /** Empty if the key is absent or blank. */
    Optional<String> find(String key) {
        String value = context.resolvePropertyPlaceholders("{{" + key + ":}}");
        return value.isBlank() ? Optional.empty() : Optional.of(value.strip());
    }

    /** Notes a fault and answers an empty text if the key is absent. */
    String text(String key) {
        return find(key).orElseGet(() -> {
            faults.add(key + " must be set");
            return "";
        });
    }

    boolean flag(String key) {
        return read(key, false, text -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("must be true or false");
        });
    }

    int number(String key, int least, int most) {
        return read(key, least, text -> {
            int value = Integer.parseInt(text);
            if (value < least || value > most) {
                throw new IllegalArgumentException("must be %d to %d".formatted(least, most));
            }
            return value;
        });
    }

    /** As Camel writes durations: {@code 500}, {@code 30s}, {@code 5m}. */
    Duration duration(String key) {
        return read(key, Duration.ofSeconds(1), text -> {
            Duration value = CamelContextHelper.parseDuration(context, text);
            if (value == null || value.isNegative() || value.isZero()) {
                throw new IllegalArgumentException("must be a positive duration such as 500ms, 30s or 5m");
            }
            return value;
        });
    }

    /** As a duration; empty for {@code forever}. */
    Optional<Duration> age(String key) {
        return text(key).equals("forever") ? Optional.empty() : Optional.of(duration(key));
    }

    /** Comma-separated. */
    List<String> list(String key) {
        return Arrays.stream(text(key).split(","))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }

    /** A relative path is below the home folder. */
    Path path(String key) {
        return home.resolve(text(key));
    }

    /** Sets the key unless the configuration sets it. */
    void fill(String key, String value) {
        if (find(key).isEmpty()) {
            context.getPropertiesComponent().addOverrideProperty(key, value);
        }
    }

    /** Tells all faults found so far at once. */
    void check() {
        if (!faults.isEmpty()) {
            throw new CannotStart("the configuration (%s) has %d %s: %s"
                    .formatted(
                            home.resolve("config/application.properties"),
                            faults.size(),
                            faults.size() == 1 ? "fault" : "faults",
                            String.join("; ", faults)));
        }
    }

    private <T> T read(String key, T otherwise, Function<String, T> parser) {
        String text = text(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            return parser.apply(text);
        } catch (RuntimeException e) {
            String why = e instanceof NumberFormatException ? "must be a whole number" : e.getMessage();
            faults.add("%s %s; is '%s'".formatted(key, why, text));
            return otherwise;
        }
    }
}
