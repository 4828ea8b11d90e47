package org.bactrian.lint;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.camel.model.CatchDefinition;
import org.apache.camel.model.FilterDefinition;
import org.apache.camel.model.FinallyDefinition;
import org.apache.camel.model.LoopDefinition;
import org.apache.camel.model.OtherwiseDefinition;
import org.apache.camel.model.RoutingSlipDefinition;
import org.apache.camel.model.SplitDefinition;
import org.apache.camel.model.TryDefinition;
import org.apache.camel.model.language.ExpressionDefinition;
import org.bactrian.lint.Node.Shape;

/** How the plan calls what is no step but has steps in it. */
final class Headings {
    private Headings() {}

    /** Empty if what is in it reads as well without. */
    static Optional<String> of(Node node) {
        String side = node.isParallel() ? "side by side" : "one after the other";
        if (node.eip() instanceof SplitDefinition) {
            return Optional.of(
                    "for each part of %s, %s; each step is named STEP#index:".formatted(expression(node), side));
        }
        if (node.eip() instanceof LoopDefinition loop) {
            boolean isWhile = Parts.isOn(node.route(), loop, "doWhile");
            return Optional.of("%s %s; each step is named STEP#index:"
                    .formatted(isWhile ? "as long as" : "in a loop, as often as", expression(node)));
        }
        if (node.eip() instanceof FilterDefinition) {
            return Optional.of("if %s:".formatted(expression(node)));
        }
        if (node.eip() instanceof TryDefinition
                || node.eip() instanceof CatchDefinition
                || node.eip() instanceof FinallyDefinition) {
            return Optional.of(node.eip().getShortName() + ":");
        }
        if (node.eip() instanceof RoutingSlipDefinition<?>) {
            return Optional.of("one after the other:");
        }
        if (node.shape() == Shape.CHOICE) {
            return Optional.of("one of these:");
        }
        if (ParallelStage.isFork(node)) {
            return Optional.of(
                    node.isParallel()
                            ? "side by side; all end before it goes on or back:"
                            : "one after the other, each with the same message:");
        }
        return Optional.empty();
    }

    /** For a branch of a choice; empty if it is none. */
    static String condition(Node branch) {
        if (branch.eip() instanceof OtherwiseDefinition) {
            return "otherwise";
        }
        return branch.eip().getShortName().equals("when") ? "when " + expression(branch) : "";
    }

    /** For what is undone later. */
    static String summary(Node node) {
        List<String> steps = Names.steps(List.of(node));
        return switch (node.shape()) {
            case PARALLEL -> Begun.inAnyOrder(steps);
            case CHOICE -> whatRan(List.of(node));
            case LOOP ->
                steps.stream().map(step -> "every " + step + "#index").collect(Collectors.joining(", "))
                        + " (the last begun first)";
            case SEQUENCE -> isOptional(node) ? whatRan(List.of(node)) : String.join("; then ", reversed(steps));
        };
    }

    /** Of what need not have run. */
    static String whatRan(List<Node> nodes) {
        return "what ran of " + String.join(", ", reversed(Names.steps(nodes)));
    }

    /** Whether only some of its steps may have run when it has ended well. */
    static boolean isOptional(Node node) {
        return node.eip() instanceof FilterDefinition || node.eip() instanceof TryDefinition;
    }

    /** What can have begun when one of its parts or turns does. */
    static Begun beside(Node node, Begun begun) {
        if (node.shape() != Shape.LOOP) {
            return begun;
        }
        String steps = String.join(", ", reversed(Names.steps(List.of(node))));
        return node.isParallel()
                ? begun.inBranch(List.of("other parts' " + steps))
                : begun.then("earlier turns of " + steps);
    }

    private static List<String> reversed(List<String> steps) {
        var reversed = new ArrayList<>(steps);
        Collections.reverse(reversed);
        return reversed;
    }

    private static String expression(Node node) {
        return Parts.expressions(node.eip()).stream()
                .map(ExpressionDefinition::getExpression)
                .findFirst()
                .map(text -> text.strip().replaceAll("\\s+", " "))
                .orElse("it says");
    }
}
