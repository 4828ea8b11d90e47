package org.bactrian.lint;

import java.util.List;
import java.util.Optional;
import org.apache.camel.model.CatchDefinition;
import org.apache.camel.model.CircuitBreakerDefinition;
import org.apache.camel.model.FinallyDefinition;
import org.apache.camel.model.LoadBalanceDefinition;
import org.apache.camel.model.OnFallbackDefinition;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.model.TryDefinition;
import org.apache.camel.model.loadbalancer.FailoverLoadBalancerDefinition;

/** The failure of a step must reach the saga; what is around a step must not catch it. */
final class CaughtFailure implements Check.BetweenSteps {

    @Override
    public void look(Sagas sagas, Findings findings) {
        Check.BetweenSteps.super.look(sagas, findings);
        sagas.pipelines()
                .forEach(pipeline -> Tree.walk(
                        pipeline.failures(),
                        (node, around) -> lookAtFailure(new Check.Spot(pipeline.route(), node, around), findings)));
    }

    private static void lookAtFailure(Check.Spot spot, Findings findings) {
        spot.node()
                .steps()
                .forEach(step -> findings.add(
                        Rule.CAUGHT_FAILURE,
                        spot.place(),
                        "step %s is called in an onException of %s: in vain, as the saga aborts whatever is done about its failure."
                                .formatted(step.id(), spot.where()),
                        "leave it out; a step's compensation undoes what it has done."));
    }

    @Override
    public void look(Check.Spot spot, Findings findings) {
        catching(spot.node(), spot.around())
                .ifPresent(
                        around -> spot.node()
                                .steps()
                                .forEach(
                                        step -> findings.add(
                                                Rule.CAUGHT_FAILURE,
                                                spot.place(),
                                                "%s stands around step %s of %s: if the step fails the pipeline goes on with further steps, all in vain, as the saga aborts at its end."
                                                        .formatted(
                                                                around.eip().getShortName(), step.id(), spot.where()),
                                                "take the call out of it; to go on without what the step does, catch the failure inside the step's own route.")));
    }

    /** What would catch the failure of the first of them; empty if nothing does. */
    static Optional<Node> catching(List<Node> path) {
        return path.isEmpty() ? Optional.empty() : catching(path.get(0), path.subList(1, path.size()));
    }

    private static Optional<Node> catching(Node node, List<Node> around) {
        OptionalIdentifiedDefinition<?> inner = node.eip();
        for (Node outer : around) {
            if (catches(outer.eip(), inner)) {
                return Optional.of(outer);
            }
            inner = outer.eip();
        }
        return Optional.empty();
    }

    private static boolean catches(OptionalIdentifiedDefinition<?> eip, OptionalIdentifiedDefinition<?> inner) {
        if (eip instanceof TryDefinition) {
            return !(inner instanceof CatchDefinition) && !(inner instanceof FinallyDefinition);
        }
        if (eip instanceof CircuitBreakerDefinition) {
            return !(inner instanceof OnFallbackDefinition);
        }
        return eip instanceof LoadBalanceDefinition balance
                && balance.getLoadBalancerType() instanceof FailoverLoadBalancerDefinition;
    }
}
