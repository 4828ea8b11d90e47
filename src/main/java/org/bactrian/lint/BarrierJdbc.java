package org.bactrian.lint;

import java.util.List;
import org.apache.camel.model.PolicyDefinition;
import org.bactrian.lint.Check.Spot;

/** What is written inside a barrier is committed with it, or not at all. */
final class BarrierJdbc implements Check {

    @Override
    public void look(Sagas sagas, Findings findings) {
        Tree tree = sagas.tree();
        for (WrittenRoute route : sagas.written().routes()) {
            Tree.walkWithin(tree.of(route), (node, around) -> {
                if (isTransaction(node)) {
                    lookInside(node, findings);
                }
            });
        }
    }

    private static void lookInside(Node policy, Findings findings) {
        String reference = Parts.option(policy.route(), policy.eip(), "ref").orElse("");
        Tree.walk(List.of(policy), (node, around) -> {
            var spot = new Spot(policy.route(), node, around);
            Targets.of(node.eip(), node.route())
                    .filter(address -> address.scheme().equals("jdbc"))
                    .filter(address -> address.option("resetAutoCommit")
                            .filter("false"::equalsIgnoreCase)
                            .isEmpty())
                    .forEach(address -> findings.add(
                            Rule.BARRIER_JDBC,
                            spot.place(),
                            "%s inside %s%s commits by itself: what it writes stays when the barrier refuses or fails."
                                    .formatted(address.shown(), reference, spot.through()),
                            "use sql:, or say resetAutoCommit: false."));
        });
    }

    private static boolean isTransaction(Node node) {
        return node.eip() instanceof PolicyDefinition
                && Parts.option(node.route(), node.eip(), "ref")
                        .filter(reference -> reference.matches("#?(bean:)?.*(Barrier|Transaction)"))
                        .isPresent();
    }
}
