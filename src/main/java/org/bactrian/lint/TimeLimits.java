package org.bactrian.lint;

import java.time.Duration;
import java.util.stream.Stream;

/** A pipeline has a time limit, and it is long enough for its steps'. */
final class TimeLimits implements Check {

    @Override
    public void look(Sagas sagas, Findings findings) {
        var limits = new Limits(sagas.written().ground());
        Stream.concat(
                        sagas.pipelines().stream().map(Sagas.Pipeline::route),
                        sagas.steps().stream().map(Sagas.Step::route))
                .distinct()
                .forEach(route -> requireReadable(route, limits, findings));
        sagas.pipelines().forEach(pipeline -> look(pipeline, limits, findings));
    }

    private static void requireReadable(WrittenRoute route, Limits limits, Findings findings) {
        route.saga().flatMap(WrittenSaga::timeout).ifPresent(timeout -> {
            Place place = route.place(route.saga().orElseThrow().definition());
            if (isKeyWithoutValue(timeout)) {
                findings.add(
                        Rule.NOWHERE,
                        place,
                        "the timeout '%s': a key in it has no value.".formatted(timeout),
                        "set the key in config/application.properties.");
            } else if (limits.read(timeout).isEmpty()) {
                findings.add(
                        Rule.TIME_LIMIT,
                        place,
                        "the timeout '%s' is no duration above 0.".formatted(timeout),
                        "write it as 500ms, 30s or 5m.");
            }
        });
    }

    /** Else it were resolved. */
    private static boolean isKeyWithoutValue(String timeout) {
        return timeout.contains("{{");
    }

    private static void look(Sagas.Pipeline pipeline, Limits limits, Findings findings) {
        pipeline.route().saga().ifPresent(saga -> {
            Place place = pipeline.route().place(saga.definition());
            if (saga.timeout().isEmpty()) {
                findings.add(
                        Rule.TIME_LIMIT,
                        place,
                        "pipeline %s has no time limit: a saga of it that cannot go on would never end."
                                .formatted(pipeline.route().id()),
                        "give its saga a timeout, longer than its steps' limits together.");
                return;
            }
            if (saga.timeout().flatMap(limits::read).isEmpty()) {
                return;
            }
            Limits.Way longest = limits.longest(pipeline.nodes());
            Duration limit = limits.of(pipeline.route());
            if (longest.total().compareTo(limit) > 0) {
                findings.add(
                        Rule.STEP_LIMITS,
                        place,
                        "the steps of pipeline %s may take %s (%s), its time limit is %s: it would abort sagas whose steps are all in time."
                                .formatted(
                                        pipeline.route().id(),
                                        Limits.shown(longest.total()),
                                        String.join(" + ", longest.steps()),
                                        Limits.shown(limit)),
                        "make the pipeline's timeout longer or its steps' shorter.");
            }
        });
    }
}
