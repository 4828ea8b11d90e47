package org.bactrian.lint;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.model.CatchDefinition;
import org.apache.camel.model.FinallyDefinition;
import org.apache.camel.model.SplitDefinition;
import org.bactrian.lint.Node.Entered;
import org.bactrian.lint.Node.Shape;
import org.bactrian.lint.Sagas.Pipeline;

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
        List<String> completions = Tree.all(pipeline.nodes()).stream()
                .flatMap(Node::steps)
                .flatMap(step -> step.saga().flatMap(WrittenSaga::completion).stream())
                .map(StepText::name)
                .distinct()
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
            return entered(node.entered().get(0), number, begun);
        }
        page.blank();
        page.add("  ".repeat(depth(number)) + number + "  ", Headings.of(node).orElseThrow());
        boolean isFork = ParallelStage.isFork(node) && !(node.eip() instanceof SplitDefinition);
        Begun now = node.shape() == Shape.CHOICE || isFork
                ? branches(node, number, begun)
                : within(node, number, Headings.beside(node, begun));
        return node.shape() == Shape.SEQUENCE && !Headings.isOptional(node) ? now : begun.then(Headings.summary(node));
    }

    /** @return what has begun after them if they follow each other */
    private Begun branches(Node node, String number, Begun begun) {
        Begun now = begun;
        List<Branch> branches = branches(node);
        for (int i = 0; i < branches.size() && page.size() <= MOST_LINES; i++) {
            Begun before = switch (node.shape()) {
                case PARALLEL -> begun.inBranch(othersThan(i, branches));
                case SEQUENCE -> now;
                default -> begun;
            };
            now = branch(branches.get(i), number + (char) ('a' + i % 26), before);
        }
        return now;
    }

    /** Its parts follow each other; clauses begin with what has run of those before them. */
    private Begun within(Node node, String number, Begun begun) {
        var ran = new ArrayList<Node>();
        Begun now = begun;
        int count = 0;
        for (Node part : flat(node.inside())) {
            if (page.size() > MOST_LINES) {
                return now;
            }
            List<Node> tried = ran.stream()
                    .filter(before ->
                            !(part.eip() instanceof CatchDefinition && before.eip() instanceof CatchDefinition))
                    .toList();
            boolean isClause = part.eip() instanceof CatchDefinition || part.eip() instanceof FinallyDefinition;
            if (isClause) {
                now = tried.isEmpty() ? begun : begun.then(Headings.whatRan(tried));
            }
            count++;
            now = stage(part, number + "." + count, now);
            ran.add(part);
        }
        for (Entered entered : node.entered()) {
            count++;
            now = entered(entered, number + "." + count, now);
        }
        return now;
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

    private Begun branch(Branch branch, String number, Begun begun) {
        List<Node> flat = flat(branch.nodes());
        if (!branch.when().isEmpty()) {
            page.blank();
            page.add(
                    "  ".repeat(depth(number)) + number + "  ",
                    branch.when() + (branch.names().isEmpty() ? ": no step" : ":"));
        } else if (flat.size() == 1) {
            return stage(flat.get(0), number, begun);
        }
        Begun now = begun;
        for (Entered step : branch.steps()) {
            now = entered(step, number, now);
        }
        return stages(branch.nodes(), number, now);
    }

    private Begun entered(Entered entered, String number, Begun begun) {
        if (!entered.isStep()) {
            return stages(entered.nodes(), number, begun);
        }
        page.blank();
        steps.add("  ".repeat(depth(number)) + number + "  ", sagas.step(entered.route()), begun);
        return begun.then(entered.route().id());
    }

    private static List<String> othersThan(int branch, List<Branch> branches) {
        return IntStream.range(0, branches.size())
                .filter(other -> other != branch)
                .mapToObj(branches::get)
                .flatMap(other -> other.names().stream())
                .toList();
    }

    private static int depth(String number) {
        return (int)
                number.chars().filter(c -> c == '.' || Character.isLetter(c)).count();
    }
}
