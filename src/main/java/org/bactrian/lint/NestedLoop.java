package org.bactrian.lint;

import java.util.List;

/** A step in a loop or split is named by one index: two would make its name no one's. */
final class NestedLoop implements Check.BetweenSteps {

    @Override
    public void look(Check.Spot spot, Findings findings) {
        List<String> loops = around(spot.around());
        if (loops.size() < 2) {
            return;
        }
        spot.node()
                .steps()
                .forEach(step -> findings.add(
                        Rule.NESTED_LOOP,
                        spot.place(),
                        "step %s of %s stands in a %s inside another %s: it cannot be named there, and every saga that comes by aborts."
                                .formatted(step.id(), spot.where(), loops.get(0), loops.get(1)),
                        "make one of them a part of the step, or split what both go through in one."));
    }

    /** The two nearest loops and splits, or as many as there are. */
    static List<String> around(List<Node> around) {
        return around.stream()
                .filter(node -> node.shape() == Node.Shape.LOOP)
                .map(node -> node.eip().getShortName())
                .limit(2)
                .toList();
    }
}
