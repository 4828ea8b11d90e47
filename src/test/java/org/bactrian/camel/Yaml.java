package org.bactrian.camel;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Routes as a test's story needs them; the inner steps are given as YAML in flow style. */
final class Yaml {
    /** Calls the test's participant, which knows by the headers what is asked of it. */
    static final String PARTICIPANT = "process: {ref: participant}";

    private Yaml() {}

    /** A pipeline whose saga has no time limit. */
    static String pipeline(String id, String... steps) {
        return pipelineWithin("", id, steps);
    }

    static String pipelineWithin(String timeout, String id, String... steps) {
        return route(id, "pipeline:" + id, saga("REQUIRES_NEW", timeout.isEmpty() ? "" : "timeout: " + timeout, steps));
    }

    /** A step with completion and compensation, limited to 10 s, whose action and callbacks call the participant. */
    static String step(String id) {
        return step(id, "timeout: 10s, completion: 'direct:confirm-%s'".formatted(id), PARTICIPANT)
                + callback("confirm-" + id);
    }

    /** A step without completion. */
    static String plainStep(String id) {
        return step(id, "timeout: 10s", PARTICIPANT);
    }

    /** A step with a compensation that calls the participant. */
    static String step(String id, String attributes, String... steps) {
        String all = "compensation: 'direct:undo-%s', %s".formatted(id, attributes);
        return route(id, "direct:" + id, saga("MANDATORY", all, steps)) + callback("undo-" + id);
    }

    /** A step with a compensation whose route is the test's own. */
    static String bareStep(String id, String attributes, String... steps) {
        return route(id, "direct:" + id, saga("MANDATORY", attributes, steps));
    }

    static String callback(String id) {
        return route(id, "direct:" + id, PARTICIPANT);
    }

    static String route(String id, String from, String... steps) {
        return "- route: {id: %s, from: {uri: '%s', steps: %s}}\n".formatted(id, from, list(steps));
    }

    static String saga(String propagation, String attributes, String... steps) {
        return "saga: {propagation: %s, %s steps: %s}"
                .formatted(propagation, attributes.isEmpty() ? "" : attributes + ",", list(steps));
    }

    static String parallel(String... steps) {
        return "multicast: {parallelProcessing: true, aggregationStrategy: '#stageResults', steps: %s}"
                .formatted(list(steps));
    }

    private static String list(String... steps) {
        List<String> items = Arrays.stream(steps).map(step -> "{" + step + "}").toList();
        return items.stream().collect(Collectors.joining(", ", "[", "]"));
    }
}
