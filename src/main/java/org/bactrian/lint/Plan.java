package org.bactrian.lint;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.bactrian.lint.Node.Entered;
import org.bactrian.lint.Node.Shape;
import org.bactrian.lint.Sagas.Pipeline;
import org.bactrian.lint.Sagas.Step;

/** A pipeline as a person reads it: its stages, their steps, and what becomes of the others if one fails. */
final class Plan {
    private static final int MOST_LINES = 2_000;

    private final Sagas sagas;
    private final Path from;
    private final Limits limits;
    private final StepText steps;
    private final Page page = new Page();

    /** @param from what its file is shown below */
    Plan(Sagas sagas, Path from) {
        this.sagas = sagas;
        this.from = from;
        this.limits = new Limits(sagas.written().ground());
        this.steps = new StepText(limits, page);
    }

    String text(Pipeline pipeline) {
        WrittenRoute route = pipeline.route();
        Path file = route.place().file();
        page.addWithEnd(route.id(), (file.startsWith(from) ? from.relativize(file) : file).toString());
        page.add("", Objects.requireNonNullElse(route.definition().getDescription(), ""));
        page.blank();
        stages(pipeline.nodes(), "", Begun.NOTHING);
        page.blank();
        if (page.size() > MOST_LINES) {
            page.add("", "… and so on: there are more ways through this pipeline than can be shown.");
            page.blank();
        }
        end(pipeline);
        return page.text();
    }

    private void end(Pipeline pipeline) {
        List<String> completions = Names.steps(pipeline.nodes()).stream()
                .distinct()
                .map(this::step)
                .filter(step -> step.saga().completion().isPresent())
                .map(step -> StepText.name(step.saga().completion().orElseThrow()))
                .toList();
        page.add(
                "When all steps have succeeded:  ",
                completions.isEmpty() ? "nothing to call" : String.join(", ", completions) + " (side by side)");
        Limits.Way longest = limits.longest(pipeline.nodes());
        page.add(
                "Time limit:                     ",
                "%s; the steps on the longest way take at most %s (%s)"
                        .formatted(
                                pipeline.route()
                                        .saga()
                                        .flatMap(WrittenSaga::timeout)
                                        .map(timeout -> Limits.shown(limits.of(pipeline.route())))
                                        .orElse("none"),
                                Limits.shown(longest.total()),
                                String.join(" + ", longest.steps())));
    }

    /** @param number of the stage that these are a part of; empty at the top */
    private Begun stages(List<Node> nodes, String number, Begun begun) {
        Begun now = begun;
        int count = 0;
        for (Node node : flat(nodes)) {
            if (page.size() > MOST_LINES) {
                return now;
            }
            count++;
            now = stage(node, number.isEmpty() ? String.valueOf(count) : number + "." + count, now);
        }
        return now;
    }

    /** Those with steps; of routes that are only called, what is in them. */
    private static List<Node> flat(List<Node> nodes) {
        return nodes.stream()
                .filter(node -> !Names.steps(List.of(node)).isEmpty())
                .flatMap(node ->
                        Headings.of(node).isEmpty() && node.steps().findAny().isEmpty()
                                ? flat(node.branches().flatMap(List::stream).toList()).stream()
                                : Stream.of(node))
                .limit(MOST_LINES)
                .toList();
    }

    private Begun stage(Node node, String number, Begun begun) {
        if (Headings.of(node).isEmpty()) {
            Begun now = begun;
            for (Entered entered : node.entered()) {
                now = entered(entered, number, now);
            }
            return now;
        }
        page.blank();
        page.add("  ".repeat(depth(number)) + number + "  ", Headings.of(node).orElseThrow());
        List<Branch> branches = branches(node);
        boolean isBranching = node.shape() == Shape.CHOICE || (ParallelStage.isFork(node) && branches.size() > 1);
        if (!isBranching) {
            branches.forEach(branch -> inside(branch, number, begun));
            return begun.then(Headings.summary(node));
        }
        for (int i = 0; i < branches.size(); i++) {
            Branch branch = branches.get(i);
            List<String> others = node.shape() == Shape.PARALLEL ? othersThan(branch, branches) : List.of();
            branch(branch, number + (char) ('a' + i % 26), begun.inBranch(others));
        }
        return begun.then(Headings.summary(node));
    }

    /** @param when under which condition; empty if always */
    private record Branch(String when, List<Node> nodes, List<Entered> steps) {
        List<String> names() {
            return steps.isEmpty()
                    ? Names.steps(nodes)
                    : steps.stream().map(step -> step.route().id()).toList();
        }
    }

    private static List<Branch> branches(Node node) {
        var branches = new ArrayList<Branch>();
        node.inside()
                .forEach(part -> branches.add(new Branch(
                        Headings.condition(part),
                        node.shape() == Shape.CHOICE ? part.inside() : List.of(part),
                        List.of())));
        node.entered()
                .forEach(entered ->
                        branches.add(new Branch("", entered.nodes(), entered.isStep() ? List.of(entered) : List.of())));
        return branches;
    }

    private void branch(Branch branch, String number, Begun begun) {
        List<Node> flat = flat(branch.nodes());
        if (!branch.when().isEmpty()) {
            page.blank();
            page.add(
                    "  ".repeat(depth(number)) + number + "  ",
                    branch.when() + (branch.names().isEmpty() ? ": no step" : ":"));
            inside(branch, number, begun);
        } else if (flat.size() == 1) {
            stage(flat.get(0), number, begun);
        } else {
            inside(branch, number, begun);
        }
    }

    private void inside(Branch branch, String number, Begun begun) {
        branch.steps().forEach(step -> entered(step, number, begun));
        stages(branch.nodes(), number, begun);
    }

    private Begun entered(Entered entered, String number, Begun begun) {
        if (!entered.isStep()) {
            return stages(entered.nodes(), number, begun);
        }
        Step step = step(entered.route().id());
        page.blank();
        steps.add("  ".repeat(depth(number)) + number + "  ", step, begun);
        return begun.then(step.route().id());
    }

    private static List<String> othersThan(Branch branch, List<Branch> branches) {
        return branches.stream()
                .filter(other -> !other.equals(branch))
                .flatMap(other -> other.names().stream())
                .toList();
    }

    private Step step(String id) {
        return sagas.steps().stream()
                .filter(step -> step.route().id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("step " + id + " was found in the tree"));
    }

    private static int depth(String number) {
        return (int)
                number.chars().filter(c -> c == '.' || Character.isLetter(c)).count();
    }
}
