package org.bactrian.lint;

import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import org.apache.camel.model.LoopDefinition;
import org.apache.camel.model.language.ConstantExpression;
import org.apache.camel.model.language.SimpleExpression;
import org.apache.camel.support.CamelContextHelper;

/** How long steps, and the ways through a pipeline, may take. */
final class Limits {
    private final Ground ground;
    private final IdentityHashMap<List<Node>, Way> known = new IdentityHashMap<>();

    Limits(Ground ground) {
        this.ground = ground;
    }

    /**
     * Steps one after the other.
     *
     * @param total at most {@value #MOST_DAYS} days
     * @param steps as many as are shown
     */
    record Way(Duration total, List<String> steps) {
        private static final int MOST_DAYS = 36_500;
        private static final int MOST_STEPS = 50;

        static final Way NONE = new Way(Duration.ZERO, List.of());

        Way {
            steps = List.copyOf(steps);
        }

        Way then(Way next) {
            var all = new ArrayList<>(steps);
            all.addAll(next.steps);
            if (all.size() > MOST_STEPS) {
                all.subList(MOST_STEPS, all.size()).clear();
                all.add("…");
            }
            Duration both = total.plus(next.total);
            return new Way(atMost(both), all);
        }

        /** All of it so often; of no more than can be waited for. */
        Way times(int turns) {
            Duration most = atMost(total.multipliedBy(turns));
            String once = String.join(" + ", steps);
            return turns == 1
                    ? this
                    : new Way(most, steps.isEmpty() ? steps : List.of("%,d × (%s)".formatted(turns, once)));
        }

        private static Duration atMost(Duration all) {
            return all.toDays() < MOST_DAYS ? all : Duration.ofDays(MOST_DAYS);
        }

        static Way longer(Way one, Way other) {
            return one.total.compareTo(other.total) >= 0 ? one : other;
        }
    }

    /** @throws IllegalArgumentException if it is no duration as Camel writes them, or none at all: Camel takes most words for 0 */
    Duration parse(String text) {
        Duration duration = CamelContextHelper.parseDuration(ground.context(), text);
        if (duration == null || duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException("'%s' is no duration".formatted(text));
        }
        return duration;
    }

    /** The step's own limit, else that of all steps without one; of one that cannot be read too. */
    Duration of(WrittenRoute step) {
        return step.saga().flatMap(WrittenSaga::timeout).flatMap(this::read).orElseGet(this::usual);
    }

    /** As people write it. */
    static String shown(Duration limit) {
        if (limit.toMillis() % 1000 != 0) {
            return limit.toMillis() + "ms";
        }
        return limit.toSeconds() >= 120 && limit.toSeconds() % 60 == 0
                ? limit.toMinutes() + "m"
                : limit.toSeconds() + "s";
    }

    /** The way that may take longest. What is repeated for a number of times that is not known counts once. */
    Way longest(List<Node> nodes) {
        Way way = Way.NONE;
        for (Node node : nodes) {
            way = way.then(longest(node));
        }
        return way;
    }

    private Way longest(Node node) {
        Node.Shape shape = node.shape();
        boolean isOne = shape == Node.Shape.CHOICE || shape == Node.Shape.PARALLEL;
        Way once = Way.NONE;
        for (Node part : node.inside()) {
            Way way = longest(part);
            once = isOne ? Way.longer(once, way) : once.then(way);
        }
        for (Node.Entered entered : node.entered()) {
            Way way = longest(entered);
            once = isOne ? Way.longer(once, way) : once.then(way);
        }
        return once.times(turns(node));
    }

    private Way longest(Node.Entered entered) {
        WrittenRoute route = entered.route();
        return entered.isStep()
                ? new Way(of(route), List.of(route.id() + " " + shown(of(route))))
                : longestOnce(entered.nodes());
    }

    /** What a route does is looked at once, however often it is called. */
    private Way longestOnce(List<Node> route) {
        Way way = known.get(route);
        if (way == null) {
            way = longest(route);
            known.put(route, way);
        }
        return way;
    }

    private static int turns(Node node) {
        if (node.eip() instanceof LoopDefinition loop
                && !Parts.isOn(node.route(), loop, "doWhile")
                && (loop.getExpression() instanceof ConstantExpression
                        || loop.getExpression() instanceof SimpleExpression)) {
            String text =
                    node.route().known(loop.getExpression().getExpression()).strip();
            return text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 1;
        }
        return 1;
    }

    private Duration usual() {
        String text = ground.context().resolvePropertyPlaceholders("{{saga.stepLimit:30s}}");
        return read(text).orElse(Duration.ofSeconds(30));
    }

    /** Empty if it is none. */
    Optional<Duration> read(String text) {
        try {
            return Optional.of(parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
