package org.bactrian.camel;

import java.util.HashMap;
import java.util.Map;

/**
 * One saga's place among those that run here: its own until it has settled, but for the time in which each of the steps that it
 * has begun waits in {@code await:}. What a step does beside its wait, in parallel branches of its own, is not seen.
 */
final class Place {
    private final Places places;
    private final Map<String, Integer> waits = new HashMap<>(); // by step, of those that have begun
    private boolean held = true;
    private boolean left;

    private Place(Places places) {
        this.places = places;
    }

    /** One that the caller has taken already. */
    static Place taken(Places places) {
        return new Place(places);
    }

    /** One more, even if none is free: the saga is this process's. */
    static Place take(Places places) {
        places.take();
        return new Place(places);
    }

    /** Of a saga that runs only when it is told something from outside: never held. */
    static Place none(Places places) {
        var none = new Place(places);
        none.held = false;
        none.left = true;
        return none;
    }

    /** May be told again, when the step is asked again. */
    synchronized void begun(String step) {
        waits.putIfAbsent(step, 0);
        settle();
    }

    synchronized void ended(String step) {
        waits.remove(step);
        settle();
    }

    /** The step waits; of no effect if it has not begun. */
    synchronized void waits(String step) {
        waits.computeIfPresent(step, (name, count) -> count + 1);
        settle();
    }

    synchronized void goesOn(String step) {
        waits.computeIfPresent(step, (name, count) -> Math.max(0, count - 1));
        settle();
    }

    /** For ever. */
    synchronized void leave() {
        left = true;
        settle();
    }

    private void settle() {
        boolean rests = !waits.isEmpty() && waits.values().stream().allMatch(count -> count > 0);
        boolean holds = !left && !rests;
        if (holds == held) {
            return;
        }
        held = holds;
        if (holds) {
            places.take();
        } else {
            places.giveBack();
        }
    }
}
