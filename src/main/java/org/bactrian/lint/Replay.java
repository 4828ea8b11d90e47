package org.bactrian.lint;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.model.AggregateDefinition;
import org.apache.camel.model.BeanDefinition;
import org.apache.camel.model.ClaimCheckDefinition;
import org.apache.camel.model.DelayDefinition;
import org.apache.camel.model.IdempotentConsumerDefinition;
import org.apache.camel.model.LoadBalanceDefinition;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.model.ProcessDefinition;
import org.apache.camel.model.ResequenceDefinition;
import org.apache.camel.model.SamplingDefinition;
import org.apache.camel.model.ScriptDefinition;
import org.apache.camel.model.ThrottleDefinition;
import org.apache.camel.model.ToDynamicDefinition;

/** A saga that is resumed runs its pipeline again, and must come by the same steps: it decides from the message alone. */
final class Replay implements Check.BetweenSteps {
    /** Endpoints that are code. */
    static final Set<String> CODE = Set.of("bean", "class", "language");

    @Override
    public void look(Check.Spot spot, Findings findings) {
        Node node = spot.node();
        code(node)
                .or(() -> memory(node.eip()))
                .or(() -> expressions(node))
                .ifPresent(
                        what -> findings.add(
                                Rule.REPLAY,
                                spot.place(),
                                "%s between the steps of %s: when the saga is resumed it can have another result, and the run would not come by the steps that are recorded."
                                        .formatted(what, spot.where()),
                                "decide from the message alone; do it in a step, whose result is recorded, or before the saga is submitted."));
    }

    private static Optional<String> code(Node node) {
        OptionalIdentifiedDefinition<?> eip = node.eip();
        if (eip instanceof BeanDefinition bean) {
            return Optional.of("bean " + (bean.getRef() == null ? bean.getBeanType() : bean.getRef()));
        }
        if (eip instanceof ProcessDefinition process) {
            return Optional.of("process " + process.getRef());
        }
        if (eip instanceof ScriptDefinition) {
            return Optional.of("script");
        }
        return Targets.of(eip, node.route())
                .filter(address -> CODE.contains(address.scheme()))
                .map(Address::shown)
                .findFirst();
    }

    /** EIPs that remember other messages. */
    private static Optional<String> memory(OptionalIdentifiedDefinition<?> eip) {
        boolean remembers = eip instanceof AggregateDefinition
                || eip instanceof ResequenceDefinition
                || eip instanceof IdempotentConsumerDefinition
                || eip instanceof SamplingDefinition
                || eip instanceof LoadBalanceDefinition
                || eip instanceof ClaimCheckDefinition;
        return remembers ? Optional.of(eip.getShortName() + ", which remembers other messages,") : Optional.empty();
    }

    /** Of those whose result can lead elsewhere. */
    private static Optional<String> expressions(Node node) {
        if (node.eip() instanceof DelayDefinition || node.eip() instanceof ThrottleDefinition) {
            return Optional.empty();
        }
        Stream<String> found =
                Parts.expressions(node.eip()).stream().flatMap(expression -> Languages.beside(expression).stream());
        if (node.eip() instanceof ToDynamicDefinition to) {
            found = Stream.concat(found, Languages.inSimple(to.getUri()).stream());
        }
        return found.findFirst().map(what -> what + " in " + node.eip().getShortName());
    }
}
