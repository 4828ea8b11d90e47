package org.bactrian.lint;

import java.util.List;
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

        /** Where its author can mend it: what is in a Kamelet, where that is used. */
        Place place() {
            return Stream.concat(Stream.of(node), around.stream())
                    .filter(at -> !at.route().isKamelet())
                    .findFirst()
                    .map(Node::place)
                    .orElseGet(pipeline::place);
        }

        /** For the sentence: which pipeline, and through which Kamelet. */
        String where() {
            String through = node.route().isKamelet()
                    ? " (in Kamelet %s)".formatted(node.route().id())
                    : "";
            return "pipeline " + pipeline.id() + through;
        }
    }
}
