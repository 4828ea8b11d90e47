package org.bactrian.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.bactrian.routes.RouteFile;

/** Looks at route files on the shipped configuration, without anything of the application. */
final class Desk implements AutoCloseable {
    private static final Set<String> BEANS = Set.of(
            "sagaDatabase",
            "operatorToken",
            "operatorPauses",
            "pacedConsumers",
            "barrierPurge",
            "sagaArchive",
            "stageResults",
            "configured");
    private static final Pattern OF_A_DATABASE = Pattern.compile(
            "(order|inventory|payment|shipping|invoicing|loyalty)(Database|Barrier|Transaction|Outbox)");

    private final DefaultCamelContext context = new DefaultCamelContext(false);
    private final Ground ground;

    Desk() {
        var properties = new Properties();
        properties.setProperty("bactrian.home", Path.of("").toAbsolutePath().toString());
        properties.setProperty("participant.loyalty.url", "http://localhost:8080");
        properties.setProperty(
                "camel.beans.configured", "#class:org.apache.camel.model.errorhandler.DeadLetterChannelDefinition");
        context.disableJMX();
        context.getPropertiesComponent().setLocation("file:config/application.properties");
        context.getPropertiesComponent().setInitialProperties(properties);
        context.build();
        ground = new Ground(
                context,
                name -> BEANS.contains(name) || OF_A_DATABASE.matcher(name).matches());
    }

    /** The shipped ones, on top of them those below the folders; a file of the same path replaces one. */
    static List<RouteFile> shipped(Path... more) {
        return Stream.concat(Stream.of(Path.of("routes")), Stream.of(more))
                .flatMap(folder -> files(folder).stream())
                .toList();
    }

    static RouteFile file(String name, String text) {
        return RouteFile.of(Path.of("/home/routes").resolve(name), text);
    }

    /** All that is found in them, one line each: rule, line and route. */
    List<String> rules(List<RouteFile> files) {
        return report(files).findings().stream()
                .map(finding -> "%s:%d %s"
                        .formatted(
                                finding.rule().id(),
                                finding.place().line(),
                                finding.place().route()))
                .toList();
    }

    /** That and nothing else. */
    void assertFound(List<RouteFile> files, Rule rule, int line, String route, String words) {
        assertThat(report(files).findings()).singleElement().satisfies(finding -> {
            assertThat(finding.rule()).isEqualTo(rule);
            assertThat(finding.place().line()).isEqualTo(line);
            assertThat(finding.place().route()).isEqualTo(route);
            assertThat(finding.wrong()).contains(words).endsWith(".");
            assertThat(finding.mend()).endsWith(".");
        });
    }

    Lint.Report report(List<RouteFile> files) {
        var texts = new HashMap<Path, String>();
        files.forEach(file -> texts.put(file.path(), file.text()));
        try (var written = Written.read(ground, texts)) {
            return Lint.check(written);
        }
    }

    /** Fails if the looking does not end in time. */
    static void within(Duration limit, Consumer<Desk> look) {
        assertTimeoutPreemptively(limit, () -> {
            try (var desk = new Desk()) {
                look.accept(desk);
            }
        });
    }

    Ground ground() {
        return ground;
    }

    @Override
    public void close() {
        context.stop();
    }

    private static List<RouteFile> files(Path folder) {
        try (var found = Files.walk(folder)) {
            var files = new ArrayList<RouteFile>();
            for (Path file : found.filter(path -> path.toString().endsWith(".yaml"))
                    .sorted()
                    .toList()) {
                if (file.toString().endsWith(".camel.yaml") || file.toString().endsWith(".kamelet.yaml")) {
                    files.add(RouteFile.of(file.toAbsolutePath(), Files.readString(file)));
                }
            }
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
