package org.bactrian.lint;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.model.MulticastDefinition;
import org.apache.camel.model.RecipientListDefinition;
import org.apache.camel.model.SplitDefinition;

/** Branches that run side by side must all end before the saga goes on or back, and none of their failures may be lost. */
final class ParallelStage implements Check.BetweenSteps {
    private static final String STAGE_RESULTS = "stageResults";
    private static final Map<String, String> OPTIONS = new LinkedHashMap<>(Map.of(
            "stopOnException", "the saga is undone while the other branches are still at work",
            "timeout", "it goes on without the branches that are late, as if they had succeeded",
            "streaming", "their results come in the order of their ends, another one in every run",
            "parallelAggregate", "their results are put together in any order, several at a time"));

    @Override
    public void look(Check.Spot spot, Findings findings) {
        Node node = spot.node();
        if (!isFork(node) || !node.isParallel()) {
            return;
        }
        String what = "a parallel " + node.eip().getShortName();
        OPTIONS.forEach((option, harm) -> {
            if (isSet(node, option)) {
                findings.add(
                        Rule.PARALLEL_STAGE,
                        spot.place(),
                        "%s of %s has %s: %s.".formatted(what, spot.where(), option, harm),
                        "leave %s out; the first failure is thrown when all branches have ended.".formatted(option));
            }
        });
        Optional<String> aggregation = Parts.option(node.route(), node.eip(), "aggregationStrategy");
        if (aggregation.filter(ParallelStage::isStageResults).isEmpty()) {
            findings.add(
                    Rule.PARALLEL_STAGE,
                    spot.place(),
                    "%s of %s is put together by %s: a branch's failure can be lost, and who ends last decides the result."
                            .formatted(what, spot.where(), aggregation.orElse("Camel's own aggregation")),
                    "write aggregationStrategy: \"#stageResults\".");
        }
    }

    static boolean isFork(Node node) {
        return node.eip() instanceof MulticastDefinition
                || node.eip() instanceof SplitDefinition
                || node.eip() instanceof RecipientListDefinition<?>;
    }

    private static boolean isSet(Node node, String option) {
        return Parts.option(node.route(), node.eip(), option)
                .filter(value -> !value.equalsIgnoreCase("false") && !value.equals("0"))
                .isPresent();
    }

    private static boolean isStageResults(String reference) {
        return reference.replaceFirst("^#(bean:)?", "").equals(STAGE_RESULTS);
    }
}
