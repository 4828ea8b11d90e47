package org.bactrian.lint;

import java.util.List;
import org.bactrian.routes.RouteFile;

/** Small route files for the rules' tests: the pipeline {@code p}, the steps {@code a}, {@code b} and {@code c}. */
final class Broken {
    private static final String STEPS = """
            - route: {id: a, from: {uri: "direct:a", steps: [{saga: {propagation: MANDATORY, compensation: "direct:nothing-to-undo", timeout: 10s, steps: [{log: {message: a}}]}}]}}
            - route: {id: b, from: {uri: "direct:b", steps: [{saga: {propagation: MANDATORY, compensation: "direct:nothing-to-undo", timeout: 10s, steps: [{log: {message: b}}]}}]}}
            - route: {id: c, from: {uri: "direct:c", steps: [{saga: {propagation: MANDATORY, compensation: "direct:nothing-to-undo", steps: [{log: {message: c}}]}}]}}
            - route: {id: nothing-to-undo, from: {uri: "direct:nothing-to-undo", steps: [{stop: {}}]}}
            """;

    private Broken() {}

    /** What the pipeline does, as YAML in flow style, on its third line; each of the others is a route on a line of its own. */
    static List<RouteFile> pipeline(String steps, String... others) {
        return files(
                "- route:\n    id: p\n    from: {uri: 'pipeline:p', steps: [{saga: {propagation: REQUIRES_NEW, timeout: 60s, steps: [%s]}}]}\n"
                        .formatted(steps),
                others);
    }

    static List<RouteFile> files(String text, String... others) {
        return List.of(
                Desk.file("p.camel.yaml", text + String.join("\n", others)), Desk.file("steps.camel.yaml", STEPS));
    }

    /** A step whose action does that. */
    static String step(String id, String action) {
        return route(
                id,
                "direct:" + id,
                "saga: {propagation: MANDATORY, compensation: 'direct:nothing-to-undo', timeout: 10s, steps: [%s]}"
                        .formatted(action));
    }

    static String route(String id, String from, String... steps) {
        return "- route: {id: %s, from: {uri: '%s', steps: [{%s}]}}".formatted(id, from, String.join("}, {", steps));
    }
}
