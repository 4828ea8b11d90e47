package org.bactrian.lint;

import java.util.List;
import org.apache.camel.model.PolicyDefinition;

/** What is written inside a barrier is committed with it, or not at all. */
final class BarrierJdbc implements Check {

    @Override
    public void look(Sagas sagas, Findings findings) {
        Tree tree = sagas.tree();
        for (WrittenRoute route : sagas.written().routes()) {
            Tree.all(tree.of(route)).stream()
                    .filter(BarrierJdbc::isTransaction)
                    .forEach(policy -> lookInside(policy, findings));
        }
    }

    private static void lookInside(Node policy, Findings findings) {
        String reference = Parts.option(policy.route(), policy.eip(), "ref").orElse("");
        for (Node node : Tree.all(List.of(policy))) {
            Targets.of(node.eip(), node.route())
                    .filter(address -> address.scheme().equals("jdbc"))
                    .filter(address -> address.option("resetAutoCommit")
                            .filter("false"::equals)
                            .isEmpty())
                    .forEach(address -> findings.add(
                            Rule.BARRIER_JDBC,
                            node.place(),
                            "%s inside %s commits by itself: what it writes stays when the barrier refuses or fails."
                                    .formatted(address.shown(), reference),
                            "use sql:, or say resetAutoCommit: false."));
        }
    }

    private static boolean isTransaction(Node node) {
        return node.eip() instanceof PolicyDefinition
                && Parts.option(node.route(), node.eip(), "ref")
                        .filter(reference -> reference.matches("#?(bean:)?.*(Barrier|Transaction)"))
                        .isPresent();
    }
}
