package org.bactrian.lint;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The pipelines and steps that route files make, each with what is done in it. */
record Sagas(Written written, Tree tree, List<Pipeline> pipelines, List<Step> steps) {

    /**
     * @param nodes what it does, up to its steps
     * @param failures what it does about its failures, and about those of the routes that it enters
     */
    record Pipeline(WrittenRoute route, List<Node> nodes, List<Node> failures) {}

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
                written.pipelines().map(route -> pipeline(route, tree)).toList(),
                written.steps()
                        .map(route -> step(route, route.saga().orElseThrow(), tree))
                        .toList());
    }

    private static Pipeline pipeline(WrittenRoute route, Tree tree) {
        List<Node> nodes = tree.of(route);
        Stream<WrittenRoute> entered = Tree.all(nodes).stream()
                .flatMap(node -> node.entered().stream())
                .filter(Predicate.not(Node.Entered::isStep))
                .map(Node.Entered::route);
        List<Node> failures = Stream.concat(Stream.of(route), entered)
                .distinct()
                .flatMap(in -> tree.ofFailures(in).stream())
                .toList();
        return new Pipeline(route, nodes, failures);
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
