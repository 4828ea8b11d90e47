package org.bactrian.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bactrian.saga.Refused;
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
     * @param callbackRefused whether its participant refuses its callbacks, until it is mended
     */
    record Part(
            String name,
            StepPlan plan,
            boolean answersBySignal,
            boolean refuses,
            int failures,
            boolean callbackRefused) {
        Refused refusal() {
            return new Refused("no " + name);
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
        return new Part(
                name,
                plan,
                world.chance(0.4),
                world.chance(0.06),
                world.chance(0.1) ? world.random().nextInt(8) : 0,
                world.chance(0.02));
    }

    Part part(String name) {
        return stages.stream()
                .flatMap(List::stream)
                .filter(part -> part.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    List<Part> parts() {
        return stages.stream().flatMap(List::stream).toList();
    }
}
