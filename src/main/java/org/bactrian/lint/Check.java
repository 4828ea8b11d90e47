package org.bactrian.lint;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds one kind of thing that is wrong, wherever it is written. */
interface Check {
    void look(Sagas sagas, Findings findings);

    /** One that looks at everything that a pipeline does itself, between its steps and about failures. */
    interface BetweenSteps extends Check {
        void look(Spot spot, Findings findings);

        @Override
        default void look(Sagas sagas, Findings findings) {
            sagas.pipelines()
                    .forEach(pipeline -> Stream.of(pipeline.nodes(), pipeline.failures())
                            .forEach(nodes -> Tree.walk(
                                    nodes,
                                    (node, around) -> look(new Spot(pipeline.route(), node, around), findings))));
        }
    }

    /**
     * Something that a pipeline does.
     *
     * @param around what it stands in, the nearest first
     */
    record Spot(WrittenRoute pipeline, Node node, List<Node> around) {

        /** Where its author can mend it: what is in a Kamelet, where that is used; where an expression leads, at that. */
        Place place() {
            return told(node.route(), around)
                    .map(Node::place)
                    .orElseGet(() -> node.route().isKamelet() ? pipeline.place() : node.place());
        }

        /** For the sentence: which pipeline, and through which Kamelet or expression. */
        String where() {
            return "pipeline " + pipeline.id() + through();
        }

        /** In which Kamelet or route, if it is told at another place; else empty. */
        String through() {
            String chosen = chooser(node.route(), around).isPresent() ? ", where that can lead" : "";
            if (node.route().isKamelet()) {
                return " (in Kamelet %s%s)".formatted(node.route().id(), chosen);
            }
            return chosen.isEmpty()
                    ? ""
                    : " (in route %s%s)".formatted(node.route().id(), chosen);
        }

        /** What is to be mended for what is wrong in the route, if not the route itself. */
        static Optional<Node> told(WrittenRoute route, List<Node> around) {
            Optional<Node> chooser = chooser(route, around);
            Stream<Node> from = chooser.map(first -> around.stream().dropWhile(at -> at.eip() != first.eip()))
                    .orElseGet(() -> route.isKamelet() ? around.stream() : Stream.of());
            return from.filter(at -> !at.route().isKamelet()).findFirst();
        }

        /** The first on the way to the route that leads on by an address that depends on the message. */
        static Optional<Node> chooser(WrittenRoute route, List<Node> around) {
            for (int i = around.size() - 1; i >= 0; i--) {
                WrittenRoute next = i == 0 ? route : around.get(i - 1).route();
                if (around.get(i).chooses(next)) {
                    return Optional.of(around.get(i));
                }
            }
            return Optional.empty();
        }
    }
}
