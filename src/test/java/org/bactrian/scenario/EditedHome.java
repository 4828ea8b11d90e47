package org.bactrian.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.Route;
import org.bactrian.RunningApplication;
import org.slf4j.LoggerFactory;

/** A home folder of its own with the application that runs in it, for tests that edit its routes. */
final class EditedHome implements AutoCloseable {
    private static final String ASK_PERSON = """
            - route:
                id: ask-person
                errorHandlerRef: stepErrors
                from:
                  uri: direct:ask-person
                  steps:
                    - saga:
                        propagation: MANDATORY
                        compensation: direct:nothing-to-undo
                        timeout: 60s
                        steps:
                          - to: {uri: "await:ask-person:action"}
            """;
    private static final String LONG_CHECK = """
            - beans:
                - {name: longCheck, type: org.bactrian.scenario.LongCheck}
            - route:
                id: long-check
                errorHandlerRef: stepErrors
                from:
                  uri: direct:long-check
                  steps:
                    - saga:
                        propagation: MANDATORY
                        compensation: direct:nothing-to-undo
                        timeout: 60s
                        steps:
                          - process: {ref: longCheck}
            - route:
                id: slow-check
                errorHandlerRef: stepErrors
                from:
                  uri: direct:slow-check
                  steps:
                    - saga:
                        propagation: MANDATORY
                        compensation: direct:nothing-to-undo
                        timeout: 60s
                        steps:
                          - delay: {expression: {constant: {expression: "4000"}}, asyncDelayed: true}
            """;
    private static final String SET_ORDER = "- setVariable: {name: order, simple: {expression: \"${body}\"}}\n";
    private static final String CHOICE = SET_ORDER + """
                          - choice:
                              when:
                                - expression: {jq: {expression: ".customerId == 7"}}
                                  steps:
                                    - to: {uri: "direct:ask-person"}
                                - expression: {jq: {expression: ".customerId == 8"}}
                                  steps:
                                    - to: {uri: "direct:long-check"}
                                - expression: {jq: {expression: ".customerId == 9"}}
                                  steps:
                                    - to: {uri: "direct:slow-check"}
                          - setBody: {variable: {expression: order}}
            """;

    private final Path home;
    private final RunningApplication application;
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Map<Path, String> shipped = new TreeMap<>();

    private EditedHome(Path home, RunningApplication application) throws IOException {
        this.home = home;
        this.application = application;
        for (Path file : Homes.below(home.resolve("routes"))) {
            shipped.put(file, Files.readString(file));
        }
        log.start();
        root().addAppender(log);
    }

    /**
     * In its pipeline customer 7 waits for a person, customer 8 for {@link LongCheck}, and the check of customer 9 lasts some
     * seconds.
     */
    static EditedHome start(Path home) throws IOException {
        Homes.install(home, Path.of("examples/choreographed"));
        Path pipeline = home.resolve("routes/order-pipeline.camel.yaml");
        String edited = Files.readString(pipeline).replace(SET_ORDER, CHOICE);
        assertThat(edited).contains("long-check");
        Files.writeString(pipeline, edited);
        Files.writeString(home.resolve("routes/steps/ask-person.camel.yaml"), ASK_PERSON);
        Files.writeString(home.resolve("routes/steps/long-check.camel.yaml"), LONG_CHECK);
        for (Path file : Homes.below(home.resolve("routes"))) {
            String text = Files.readString(file);
            if (text.contains("saga:")) { // fifty orders at once last on a slow machine
                String limit = file.equals(pipeline) ? "timeout: 600s" : "timeout: 120s";
                Files.writeString(file, text.replaceAll("timeout: \\d+s", limit));
            }
        }
        return new EditedHome(home, RunningApplication.start(home, null));
    }

    RunningApplication application() {
        return application;
    }

    Path path(String file) {
        return home.resolve("routes").resolve(file);
    }

    String text(String file) throws IOException {
        return Files.readString(path(file));
    }

    void save(String file, String text) throws IOException {
        Files.writeString(path(file), text);
    }

    /** Replaces what must be there once. */
    void edit(String file, String before, String after) throws IOException {
        String text = text(file);
        assertThat(text).containsOnlyOnce(before);
        save(file, text.replace(before, after));
    }

    /** All files as they were at first, and running. */
    void restore() throws Exception {
        log.list.clear();
        boolean changed = false;
        for (Path file : Homes.below(home.resolve("routes"))) {
            if (!shipped.containsKey(file)) {
                Files.delete(file);
                changed = true;
            }
        }
        for (Map.Entry<Path, String> file : shipped.entrySet()) {
            if (!Files.exists(file.getKey()) || !Files.readString(file.getKey()).equals(file.getValue())) {
                Files.writeString(file.getKey(), file.getValue());
                changed = true;
            }
        }
        if (changed) {
            awaitLine("");
        }
    }

    void forgetLines() {
        log.list.clear();
    }

    /** What live editing has said since, with its level. */
    List<String> lines() {
        return List.copyOf(log.list).stream()
                .filter(event -> event.getLoggerName().startsWith("org.bactrian.live"))
                .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                .toList();
    }

    List<String> warnings() {
        return List.copyOf(log.list).stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .map(event -> event.getLoggerName() + " " + event.getFormattedMessage())
                .toList();
    }

    String awaitLine(String part) {
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> assertThat(lines()).anyMatch(line -> line.contains(part)));
        return lines().stream().filter(line -> line.contains(part)).findFirst().orElseThrow();
    }

    /** The status code and body of the health page. */
    String health() throws Exception {
        String port = application.context().resolvePropertyPlaceholders("{{camel.management.port}}");
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/observe/health"))
                .build();
        var answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        return answer.statusCode() + " " + answer.body();
    }

    /** How often each Kamelet is used by a route of its own. */
    Map<String, Integer> kameletRoutes() {
        var count = new TreeMap<String, Integer>();
        for (Route route : application.context().getRoutes()) {
            if (route.isCreatedByKamelet()) {
                count.merge(route.getRouteId().replaceFirst("-[0-9A-F-]+$", ""), 1, Integer::sum);
            }
        }
        return count;
    }

    @Override
    public void close() throws IOException {
        root().detachAppender(log);
        application.close();
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }
}
