package org.bactrian.lint;

import java.util.List;
import java.util.stream.Stream;

/** The pipelines and steps that route files make, each with what is done in it. */
record Sagas(Written written, Tree tree, List<Pipeline> pipelines, List<Step> steps) {

    /** @param nodes what it does, up to its steps */
    record Pipeline(WrittenRoute route, List<Node> nodes) {}

    /** @param action what it does inside its {@code saga}; its callbacks are empty if no route of these takes them */
    record Step(
            WrittenRoute route, WrittenSaga saga, List<Node> action, List<Node> completion, List<Node> compensation) {
        Stream<Node> nodes() {
            return Stream.of(action, completion, compensation).flatMap(List::stream);
        }
    }

    static Sagas of(Written written) {
        var tree = new Tree(written);
        return new Sagas(
                written,
                tree,
                written.pipelines()
                        .map(route -> new Pipeline(route, tree.of(route)))
                        .toList(),
                written.steps()
                        .map(route -> step(route, route.saga().orElseThrow(), tree))
                        .toList());
    }

    /** Also of a route that is none of these: a Kamelet's. */
    Step step(WrittenRoute route) {
        return steps.stream()
                .filter(step -> step.route().equals(route))
                .findFirst()
                .orElseGet(() -> step(route, route.saga().orElseThrow(), tree));
    }

    private static Step step(WrittenRoute route, WrittenSaga saga, Tree tree) {
        return new Step(
                route,
                saga,
                tree.of(route),
                saga.completion().map(uri -> tree.at(route, uri)).orElse(List.of()),
                saga.compensation().map(uri -> tree.at(route, uri)).orElse(List.of()));
    }
}
