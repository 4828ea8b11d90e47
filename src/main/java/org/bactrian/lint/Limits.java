package org.bactrian.lint;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.model.LoopDefinition;
import org.apache.camel.model.language.ConstantExpression;
import org.apache.camel.model.language.SimpleExpression;
import org.apache.camel.support.CamelContextHelper;

/** How long steps, and the ways through a pipeline, may take. */
record Limits(Ground ground) {

    /** Steps one after the other. */
    record Way(Duration total, List<String> steps) {
        static final Way NONE = new Way(Duration.ZERO, List.of());

        private static final Duration MOST = Duration.ofDays(36_500);

        Way {
            steps = List.copyOf(steps);
        }

        Way then(Way next) {
            var all = new ArrayList<>(steps);
            all.addAll(next.steps);
            return new Way(total.plus(next.total), all);
        }

        /** All of it so often; of no more than can be waited for. */
        Way times(int turns) {
            Duration most = MOST.compareTo(total.multipliedBy(turns)) < 0 ? MOST : total.multipliedBy(turns);
            String once = String.join(" + ", steps);
            return turns == 1
                    ? this
                    : new Way(most, steps.isEmpty() ? steps : List.of("%,d × (%s)".formatted(turns, once)));
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
        List<Way> branches = Stream.concat(
                        node.inside().stream().map(part -> longest(List.of(part))),
                        node.entered().stream().map(this::longest))
                .toList();
        Node.Shape shape = node.shape();
        Way once = shape == Node.Shape.CHOICE || shape == Node.Shape.PARALLEL
                ? branches.stream().reduce(Way.NONE, Way::longer)
                : branches.stream().reduce(Way.NONE, Way::then);
        return once.times(turns(node));
    }

    private Way longest(Node.Entered entered) {
        WrittenRoute route = entered.route();
        return entered.isStep()
                ? new Way(of(route), List.of(route.id() + " " + shown(of(route))))
                : longest(entered.nodes());
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
