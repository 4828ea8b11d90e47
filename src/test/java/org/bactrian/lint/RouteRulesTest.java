package org.bactrian.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bactrian.lint.Broken.files;
import static org.bactrian.lint.Broken.pipeline;
import static org.bactrian.lint.Broken.route;
import static org.bactrian.lint.Broken.step;

import java.util.List;
import java.util.stream.Stream;
import org.bactrian.routes.RouteFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules on routes, steps and callbacks, each broken: found at its line, in its route, and nothing else. */
class RouteRulesTest {
    private static final String STAGE = "multicast: {parallelProcessing: true, aggregationStrategy: '#stageResults', ";

    private static final String STEP = "MANDATORY, compensation: 'direct:nothing-to-undo'";

    private static Desk desk;

    @BeforeAll
    static void open() {
        desk = new Desk();
    }

    @AfterAll
    static void close() {
        desk.close();
    }

    /** The rule, the line, the route, what is said, the files. */
    static Stream<Arguments> broken() {
        return Stream.of(
                Arguments.of(
                        Rule.PIPELINE,
                        1,
                        "p",
                        "a pipeline is named after its route",
                        files(route(
                                "p",
                                "pipeline:q",
                                "saga: {propagation: REQUIRES_NEW, timeout: 9s, steps: [{log: {message: x}}]}"))),
                Arguments.of(
                        Rule.PIPELINE,
                        1,
                        "p",
                        "no saga of propagation REQUIRES_NEW",
                        files(route("p", "pipeline:p", "to: 'direct:a'"))),
                Arguments.of(
                        Rule.PIPELINE,
                        1,
                        "p",
                        "no saga of propagation REQUIRES_NEW",
                        files(route(
                                "p",
                                "pipeline:p",
                                "saga: {propagation: REQUIRED, timeout: 50s, steps: [{to: 'direct:a'}]}"))),
                Arguments.of(
                        Rule.PIPELINE,
                        1,
                        "p",
                        "must have no compensation, completion or option of its own",
                        files(
                                route(
                                        "p",
                                        "pipeline:p",
                                        "saga: {propagation: REQUIRES_NEW, timeout: 50s, compensation: 'direct:nothing-to-undo', steps: [{to: 'direct:a'}]}"))),
                Arguments.of(
                        Rule.STEP_NAME,
                        4,
                        "reserveStock",
                        "kebab-case",
                        pipeline("{to: 'direct:reserveStock'}", step("reserveStock", "{log: {message: x}}"))),
                Arguments.of(
                        Rule.TIME_LIMIT,
                        1,
                        "p",
                        "no time limit",
                        files(route(
                                "p", "pipeline:p", "saga: {propagation: REQUIRES_NEW, steps: [{to: 'direct:a'}]}"))),
                Arguments.of(
                        Rule.TIME_LIMIT,
                        1,
                        "p",
                        "'soon' is no duration",
                        files(route(
                                "p",
                                "pipeline:p",
                                "saga: {propagation: REQUIRES_NEW, timeout: soon, steps: [{to: 'direct:a'}]}"))),
                Arguments.of(
                        Rule.STEP_LIMITS,
                        1,
                        "p",
                        "may take 50s (a 10s + b 10s + c 30s), its time limit is 49s",
                        files(
                                route(
                                        "p",
                                        "pipeline:p",
                                        "saga: {propagation: REQUIRES_NEW, timeout: 49s, steps: [{to: 'direct:a'}, {to: 'direct:b'}, {to: 'direct:c'}]}"))),
                Arguments.of(
                        Rule.STEP_LIMITS,
                        1,
                        "p",
                        "may take 40s (a 10s + c 30s)",
                        files(route(
                                "p",
                                "pipeline:p",
                                "saga: {propagation: REQUIRES_NEW, timeout: 39s, steps: [{to: 'direct:a'}, {" + STAGE
                                        + "steps: [{to: 'direct:b'}, {to: 'direct:c'}]}}]}"))),
                Arguments.of(
                        Rule.STEP_LIMITS,
                        1,
                        "p",
                        "may take 30s (3 × (a 10s))",
                        files(
                                route(
                                        "p",
                                        "pipeline:p",
                                        "saga: {propagation: REQUIRES_NEW, timeout: 29s, steps: [{loop: {constant: '3', steps: [{to: 'direct:a'}]}}]}"))),
                Arguments.of(
                        Rule.STEP_LIMITS,
                        1,
                        "p",
                        "may take 20000s (1,000 × (a 10s + b 10s))",
                        files(
                                route(
                                        "p",
                                        "pipeline:p",
                                        "saga: {propagation: REQUIRES_NEW, timeout: 600s, steps: [{loop: {simple: '1000', steps: [{to: 'direct:a'}, {to: 'direct:b'}]}}]}"))),
                noDuration("p", "pipeline:p", "abc", Rule.TIME_LIMIT, "REQUIRES_NEW"),
                noDuration("d", "direct:d", "abc", Rule.TIME_LIMIT, STEP),
                noDuration("d", "direct:d", "0", Rule.TIME_LIMIT, STEP),
                noDuration("d", "direct:d", "-5s", Rule.TIME_LIMIT, STEP),
                noDuration("d", "direct:d", "{{no.such.key}}", Rule.NOWHERE, STEP),
                withoutCompensation("REQUIRED"),
                withoutCompensation("SUPPORTS"),
                Arguments.of(
                        Rule.STEP_LIMITS,
                        1,
                        "p",
                        "may take 20s (a 10s + b 10s)",
                        files(
                                route(
                                        "p",
                                        "pipeline:p",
                                        "saga: {propagation: REQUIRES_NEW, timeout: 19s, steps: [{routingSlip: {constant: 'direct:a,direct:b'}}]}"))),
                Arguments.of(
                        Rule.COMPENSATION,
                        4,
                        "d",
                        "step d has no compensation",
                        pipeline(
                                "{to: 'direct:d'}",
                                route(
                                        "d",
                                        "direct:d",
                                        "saga: {propagation: MANDATORY, steps: [{log: {message: x}}]}"))),
                Arguments.of(
                        Rule.BESIDE_SAGA,
                        1,
                        "p",
                        "filter is written beside the saga",
                        files(route(
                                "p",
                                "pipeline:p",
                                "filter: {simple: '${body} == 1', steps: [{log: {message: x}}]}",
                                "saga: {propagation: REQUIRES_NEW, timeout: 50s, steps: [{to: 'direct:a'}]}"))),
                Arguments.of(
                        Rule.BESIDE_SAGA,
                        4,
                        "d",
                        "log is written beside the saga",
                        pipeline(
                                "{to: 'direct:d'}",
                                route(
                                        "d",
                                        "direct:d",
                                        "saga: {propagation: MANDATORY, compensation: 'direct:nothing-to-undo', steps: [{log: {message: x}}]}",
                                        "log: {message: after}"))),
                Arguments.of(
                        Rule.NESTED_STEP,
                        4,
                        "d",
                        "step a is called inside step d",
                        pipeline(
                                "{to: 'direct:d'}",
                                step("d", "{filter: {simple: '${body}', steps: [{to: 'direct:a'}]}}"))),
                Arguments.of(
                        Rule.NESTED_STEP,
                        5,
                        "e",
                        "step a is called inside step d",
                        pipeline(
                                "{to: 'direct:d'}",
                                step("d", "{to: 'direct:e'}"),
                                route("e", "direct:e", "to: 'direct:a'"))),
                Arguments.of(
                        Rule.NESTED_LOOP,
                        4,
                        "d",
                        "step a of pipeline p stands in a split inside another loop",
                        pipeline(
                                "{loop: {constant: '2', steps: [{to: 'direct:d'}]}}",
                                route("d", "direct:d", "split: {simple: '${body}', steps: [{to: 'direct:a'}]}"))),
                innerSaga("REQUIRES_NEW"),
                innerSaga("NEVER"),
                innerSaga("NOT_SUPPORTED"),
                aboutFailures(Rule.CALL_BETWEEN_STEPS, "to: 'file:x'", "file:x is called"),
                aboutFailures(Rule.WIRE_TAP, "wireTap: {uri: 'direct:nothing-to-undo'}", "wireTap"),
                aboutFailures(
                        Rule.CAUGHT_FAILURE, "to: 'direct:a'", "step a is called in an onException of pipeline p"),
                aboutFailures(Rule.REPLAY, "setBody: {simple: '${uuid}'}", "${uuid"),
                aboutFailures(Rule.AWAIT, "to: 'await:x'", "await:x"),
                aboutFailures(Rule.LOST_SAGA, "removeHeaders: {pattern: '*'}", "removeHeaders"),
                Arguments.of(
                        Rule.WIRE_TAP,
                        3,
                        "p",
                        "seda:d in pipeline p",
                        pipeline("{to: 'seda:d'}", route("d", "seda:d", "to: 'direct:a'"))),
                Arguments.of(
                        Rule.CAUGHT_FAILURE,
                        4,
                        "d",
                        "doTry stands around step a",
                        pipeline(
                                "{to: 'direct:d'}",
                                route(
                                        "d",
                                        "direct:d",
                                        "doTry: {steps: [{to: 'direct:a'}], doCatch: [{exception: [java.lang.Exception], steps: [{log: {message: x}}]}]}"))),
                Arguments.of(
                        Rule.LOST_SAGA,
                        4,
                        "d",
                        "removeHeaders",
                        pipeline("{to: 'direct:d'}", route("d", "direct:d", "removeHeaders: {pattern: '*'}"))),
                Arguments.of(Rule.AWAIT, 1, "d", "await:x", files(route("d", "direct:d", "to: 'await:x'"))),
                Arguments.of(
                        Rule.AWAIT,
                        3,
                        "p",
                        "await:x is waited for in route p (in route undo-d, where that can lead)",
                        pipeline(
                                "{toD: 'direct:undo-${header.what}'}",
                                route(
                                        "d",
                                        "direct:d",
                                        "saga: {propagation: MANDATORY, compensation: 'direct:undo-d', steps: [{log: {message: x}}]}"),
                                route("undo-d", "direct:undo-d", "to: 'await:x'"))),
                Arguments.of(
                        Rule.REPLAY,
                        3,
                        "p",
                        "bean operatorToken between the steps of pipeline p (in route r-d, where that can lead)",
                        pipeline(
                                "{toD: 'direct:r-${header.what}'}",
                                route("r-d", "direct:r-d", "bean: {ref: operatorToken}"))),
                Arguments.of(
                        Rule.HANDLED_FAILURE,
                        3,
                        "p",
                        "route r-d, where that can lead: onException",
                        pipeline(
                                "{toD: 'direct:r-${header.what}'}",
                                "- routeConfiguration: {id: edge, onException: [{onException: {handled: {constant: 'true'}, exception: [java.lang.Exception], steps: [{log: {message: x}}]}}]}\n- route: {id: r-d, routeConfigurationId: edge, from: {uri: 'direct:r-d', steps: [{log: {message: x}}]}}")),
                Arguments.of(
                        Rule.KAFKA_KEY,
                        4,
                        "d",
                        "kafka:x (in route r-d, where that can lead)",
                        pipeline(
                                "{to: 'direct:d'}",
                                step("d", "{toD: 'direct:r-${header.what}'}"),
                                route("r-d", "direct:r-d", "to: 'kafka:x'"))),
                Arguments.of(
                        Rule.BARRIER_JDBC,
                        1,
                        "d",
                        "jdbc:orderDatabase inside orderBarrier (in route r-d, where that can lead)",
                        files(
                                route(
                                                "d",
                                                "direct:d",
                                                "policy: {ref: orderBarrier, steps: [{toD: 'direct:r-${header.what}'}]}")
                                        + "\n",
                                route("r-d", "direct:r-d", "to: 'jdbc:orderDatabase'"))),
                Arguments.of(
                        Rule.BARRIER_JDBC,
                        1,
                        "d",
                        "jdbc:orderDatabase inside orderBarrier",
                        files(route(
                                "d", "direct:d", "policy: {ref: orderBarrier, steps: [{to: 'jdbc:orderDatabase'}]}"))),
                Arguments.of(
                        Rule.BARRIER_JDBC,
                        2,
                        "e",
                        "jdbc:orderDatabase inside orderTransaction",
                        files(
                                route("d", "direct:d", "policy: {ref: orderTransaction, steps: [{to: 'direct:e'}]}")
                                        + "\n",
                                route("e", "direct:e", "to: 'jdbc:orderDatabase?resetAutoCommit=true'"))),
                Arguments.of(
                        Rule.KAFKA_KEY, 4, "d", "kafka:x", pipeline("{to: 'direct:d'}", step("d", "{to: 'kafka:x'}"))),
                Arguments.of(
                        Rule.KAFKA_KEY,
                        4,
                        "d",
                        "kafka:x",
                        pipeline(
                                "{to: 'direct:d'}",
                                step(
                                        "d",
                                        "{setHeader: {name: kafka.KEY, simple: '${header.sagaId}'}}, {removeHeaders: {pattern: 'kafka.*'}}, {to: 'kafka:x'}"))),
                Arguments.of(
                        Rule.KAFKA_KEY,
                        4,
                        "d",
                        "kafka:x",
                        pipeline(
                                "{to: 'direct:d'}",
                                step(
                                        "d",
                                        "{choice: {when: [{simple: '${body} == 1', steps: [{setHeader: {name: kafka.KEY, constant: x}}]}]}}, {to: 'kafka:x'}"))),
                Arguments.of(
                        Rule.KAFKA_KEY,
                        5,
                        "undo-d",
                        "kafka:x",
                        pipeline(
                                "{to: 'direct:d'}",
                                route(
                                        "d",
                                        "direct:d",
                                        "saga: {propagation: MANDATORY, compensation: 'direct:undo-d', steps: [{log: {message: x}}]}"),
                                route("undo-d", "direct:undo-d", "to: 'kafka:x'"))),
                Arguments.of(
                        Rule.KAFKA_KEY,
                        1,
                        "joiner",
                        "kafka:x",
                        files(
                                route(
                                        "joiner",
                                        "direct:joiner",
                                        "saga: {propagation: MANDATORY, sagaService: lra, compensation: 'direct:nothing-to-undo', steps: [{to: 'kafka:x'}]}"))));
    }

    private static Arguments aboutFailures(Rule rule, String steps, String words) {
        return Arguments.of(
                rule,
                2,
                "d",
                words,
                files(
                        "- route: {id: d, routeConfigurationId: sorry, from: {uri: 'direct:d', steps: [{to: 'direct:b'}]}}\n",
                        "- routeConfiguration: {id: sorry, onException: [{onException: {exception: [java.lang.Exception], steps: [{%s}]}}]}\n"
                                .formatted(steps),
                        route(
                                "p",
                                "pipeline:p",
                                "saga: {propagation: REQUIRES_NEW, timeout: 50s, steps: [{to: 'direct:d'}]}")));
    }

    private static Arguments noDuration(String id, String from, String timeout, Rule rule, String saga) {
        return Arguments.of(
                rule,
                1,
                id,
                "the timeout '" + timeout + "'",
                files(route(
                        id,
                        from,
                        "saga: {propagation: %s, timeout: '%s', steps: [{log: {message: x}}]}"
                                .formatted(saga, timeout))));
    }

    private static Arguments withoutCompensation(String propagation) {
        return Arguments.of(
                Rule.COMPENSATION,
                1,
                "d",
                "step d has no compensation",
                files(route(
                        "d",
                        "direct:d",
                        "saga: {propagation: %s, completion: 'direct:nothing-to-undo', steps: [{log: {message: x}}]}"
                                .formatted(propagation))));
    }

    private static Arguments innerSaga(String propagation) {
        return Arguments.of(
                Rule.INNER_SAGA,
                3,
                "p",
                "route d, called between the steps of pipeline p, has a saga of propagation " + propagation,
                pipeline(
                        "{to: 'direct:d'}",
                        route(
                                "d",
                                "direct:d",
                                "saga: {propagation: %s, steps: [{to: 'direct:a'}]}".formatted(propagation))));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void brokenInARoute_isFoundAtItsLine(Rule rule, int line, String route, String words, List<RouteFile> files) {
        desk.assertFound(files, rule, line, route, words);
    }

    @Test
    void routeWithALoopIsCalledOutsideAndInsideAnother_theStepIsFoundInside() {
        var files = pipeline(
                "{to: 'direct:d'}, {loop: {constant: '2', steps: [{to: 'direct:d'}]}}",
                route("d", "direct:d", "split: {simple: '${body}', steps: [{to: 'direct:a'}]}"));

        assertThat(desk.rules(files)).contains("nested-loop:4 d");
    }
}
