package org.bactrian.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bactrian.saga.StepPlan;

/**
 * What a pipeline does: its stages one after the other, the steps of a stage in parallel.
 *
 * @param limit zero: none
 * @param swallows whether its route goes on after a step has failed, as if nothing had happened
 */
record Flow(List<List<Part>> stages, Duration limit, boolean swallows) {

    /**
     * One step.
     *
     * @param answersBySignal whether its calls are commands whose answers come as signals
     * @param refuses whether its participant says no
     * @param failures how many of its callback's attempts fail before one is done
     * @param joins whether another participant joins the saga by itself while this one acts
     * @param callbackRefused whether its participant refuses its callbacks, until it is mended
     */
    record Part(
            String name,
            StepPlan plan,
            boolean answersBySignal,
            boolean refuses,
            int failures,
            boolean callbackRefused,
            boolean joins) {
        /** Its own participant answers calls, and always says yes. */
        Part joined() {
            var own = new StepPlan("direct:undo", null, Map.of(), plan.limit(), true);
            return new Part(name + "-joined", own, false, false, failures, callbackRefused, false);
        }
    }

    static Flow any(World world) {
        var stages = new ArrayList<List<Part>>();
        int count = 0;
        int most = 1 + world.random().nextInt(4);
        for (int stage = 0; stage < most; stage++) {
            var parts = new ArrayList<Part>();
            int width = world.chance(0.6) ? 1 : 2 + world.random().nextInt(2);
            for (int n = 0; n < width; n++) {
                parts.add(part("s" + count++, world));
            }
            stages.add(List.copyOf(parts));
        }
        return new Flow(
                List.copyOf(stages),
                world.chance(0.2) ? Duration.ZERO : world.millis(3_000, 60_000),
                world.chance(0.1));
    }

    private static Part part(String name, World world) {
        var plan = new StepPlan(
                world.chance(0.85) ? "direct:undo-" + name : null,
                world.chance(0.4) ? "direct:confirm-" + name : null,
                Map.of(),
                world.millis(500, 10_000),
                false);
        boolean bySignal = world.chance(0.4);
        return new Part(
                name,
                plan,
                bySignal,
                world.chance(0.06),
                world.chance(0.1) ? world.random().nextInt(8) : 0,
                world.chance(0.02),
                bySignal && world.chance(0.3));
    }

    Part part(String name) {
        return parts().stream()
                .filter(part -> part.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Those that join by themselves, too. */
    List<Part> parts() {
        return stages.stream()
                .flatMap(List::stream)
                .flatMap(part -> part.joins() ? Stream.of(part, part.joined()) : Stream.of(part))
                .toList();
    }
}
