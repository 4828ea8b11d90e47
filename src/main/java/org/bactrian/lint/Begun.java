package org.bactrian.lint;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * The steps that can have begun by the time that another one does; if that fails they are undone, in reverse.
 *
 * @param before stages, in the order of their begin
 * @param branch of a parallel stage: those of the same branch
 * @param beside of a parallel stage: those of its other branches
 */
record Begun(List<String> before, List<String> branch, List<String> beside) {
    static final Begun NOTHING = new Begun(List.of(), List.of(), List.of());

    Begun {
        before = List.copyOf(before);
        branch = List.copyOf(branch);
        beside = List.copyOf(beside);
    }

    /** With the stage begun, too. */
    Begun then(String stage) {
        return beside.isEmpty()
                ? new Begun(with(before, stage), branch, beside)
                : new Begun(before, with(branch, stage), beside);
    }

    /** In one branch of a stage, whose others have these steps. */
    Begun inBranch(List<String> others) {
        return others.isEmpty()
                ? this
                : new Begun(
                        before,
                        branch,
                        Stream.concat(beside.stream(), others.stream()).toList());
    }

    /** What is undone if this step fails, the first of it first. */
    String undone(String step) {
        var order = new ArrayList<String>();
        List<String> within = Stream.concat(reversed(with(branch, step)).stream(), beside.stream())
                .toList();
        order.add(beside.isEmpty() ? String.join("; ", within) : inAnyOrder(within));
        order.addAll(reversed(before));
        return String.join("; then ", order);
    }

    /** Of steps that begin side by side. */
    static String inAnyOrder(List<String> steps) {
        return steps.size() == 1
                ? steps.get(0)
                : String.join(", ", steps.subList(0, steps.size() - 1)) + " and " + steps.get(steps.size() - 1)
                        + " (the last begun first)";
    }

    private static List<String> with(List<String> all, String one) {
        return Stream.concat(all.stream(), Stream.of(one)).toList();
    }

    private static List<String> reversed(List<String> all) {
        var reversed = new ArrayList<>(all);
        Collections.reverse(reversed);
        return reversed;
    }
}
