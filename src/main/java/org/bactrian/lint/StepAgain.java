package org.bactrian.lint;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.model.CatchDefinition;
import org.apache.camel.model.FilterDefinition;
import org.apache.camel.model.RollbackDefinition;
import org.apache.camel.model.StopDefinition;
import org.apache.camel.model.ThrowExceptionDefinition;
import org.apache.camel.model.TryDefinition;
import org.bactrian.lint.Node.Entered;
import org.bactrian.lint.Node.Shape;

/** A step that is recorded is not done again in its saga, and none begins after the saga's end. */
final class StepAgain implements Check {
    /** Stands for the saga's end among the steps that have run. */
    private static final String END = "saga:complete";

    @Override
    public void look(Sagas sagas, Findings findings) {
        sagas.pipelines()
                .forEach(pipeline -> new Run(pipeline.route(), findings, new HashMap<>())
                        .all(pipeline.nodes(), List.of(), Set.of()));
    }

    /** Its steps are named as they are recorded, those in a loop with # at the end. */
    private record Run(WrittenRoute pipeline, Findings findings, Map<Call, Set<String>> known) {

        /** A route that is called a second time with nothing else before it does the same. */
        private record Call(WrittenRoute route, boolean inLoop, Set<String> before) {}

        /** What can have run after them; nothing if they end the run. */
        Set<String> all(List<Node> nodes, List<Node> around, Set<String> before) {
            Set<String> now = before;
            for (Node node : nodes) {
                if (node.eip() instanceof StopDefinition
                        || node.eip() instanceof RollbackDefinition
                        || node.eip() instanceof ThrowExceptionDefinition) {
                    return Set.of();
                }
                now = one(node, around, now);
            }
            return now;
        }

        private Set<String> one(Node node, List<Node> around, Set<String> before) {
            if (isEnd(node)) {
                return ended(node, around, before);
            } else if (node.isDynamic()) {
                return before; // which step it comes to cannot be known
            }
            boolean forks = node.shape() == Shape.CHOICE || node.shape() == Shape.PARALLEL;
            List<Node> inner = Stream.concat(Stream.of(node), around.stream()).toList();
            Set<String> now = before;
            Set<String> any = before;
            for (Node part : node.inside()) {
                Set<String> from = part.eip() instanceof CatchDefinition ? any : now;
                now = all(List.of(part), inner, forks ? before : from);
                any = with(any, now);
            }
            for (Entered entered : node.entered()) {
                now = entered(entered, node, inner, forks ? before : now);
                any = with(any, now);
            }
            boolean isSure = node.shape() == Shape.SEQUENCE
                    && !(node.eip() instanceof FilterDefinition)
                    && !(node.eip() instanceof TryDefinition);
            return isSure ? now : any;
        }

        private Set<String> entered(Entered entered, Node node, List<Node> inner, Set<String> before) {
            boolean inLoop = inner.stream().anyMatch(around -> around.shape() == Shape.LOOP);
            if (!entered.isStep()) {
                Call call = new Call(entered.route(), inLoop, before);
                Set<String> after = known.get(call);
                if (after == null) {
                    after = all(entered.nodes(), inner, before);
                    known.put(call, after);
                }
                return after;
            }
            String name = entered.route().id() + (inLoop ? "#" : "");
            Check.Spot spot = new Check.Spot(pipeline, node, inner.subList(1, inner.size()));
            if (before.contains(END)) {
                findings.add(
                        Rule.CALL_BETWEEN_STEPS,
                        spot.place(),
                        "step %s comes after saga:complete in %s: the saga is over by then, without it."
                                .formatted(entered.route().id(), spot.where()),
                        "leave saga:complete out, the pipeline completes its saga by itself; or make it the last.");
            } else if (before.contains(name)) {
                findings.add(
                        Rule.SAME_STEP,
                        spot.place(),
                        "step %s can come a second time in %s%s: it is not done again, its first result is handed back."
                                .formatted(entered.route().id(), spot.where(), inLoop ? ", under the same index" : ""),
                        "give the other call a step of its own.");
            }
            return with(before, Set.of(name));
        }

        private Set<String> ended(Node node, List<Node> around, Set<String> before) {
            if (around.stream().anyMatch(out -> out.shape() == Shape.LOOP || out.shape() == Shape.PARALLEL)) {
                Check.Spot spot = new Check.Spot(pipeline, node, around);
                findings.add(
                        Rule.CALL_BETWEEN_STEPS,
                        spot.place(),
                        "saga:complete stands in a loop, split or parallel stage of %s: the saga is over then for what else is done there."
                                .formatted(spot.where()),
                        "make it the last of the pipeline, or leave it out: the pipeline completes its saga by itself.");
            }
            return with(before, Set.of(END));
        }

        private static boolean isEnd(Node node) {
            return Targets.of(node.eip(), node.route())
                    .anyMatch(address -> address.shown().equals(END));
        }

        private static Set<String> with(Set<String> some, Set<String> more) {
            var all = new HashSet<>(some);
            all.addAll(more);
            return all;
        }
    }
}
