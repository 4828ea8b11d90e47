package org.bactrian.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bactrian.lint.Broken.files;
import static org.bactrian.lint.Broken.pipeline;
import static org.bactrian.lint.Broken.route;
import static org.bactrian.lint.Broken.step;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bactrian.routes.RouteFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule, broken in each way that it names: found, where it is, and nothing else. */
class RulesTest {
    private static final String PARALLEL = "multicast: {parallelProcessing: true, ";
    private static final String STAGE = PARALLEL + "aggregationStrategy: '#stageResults', ";
    private static final String BRANCHES = "steps: [{to: 'direct:a'}, {to: 'direct:b'}]}";

    private static Desk desk;

    @BeforeAll
    static void open() {
        desk = new Desk();
    }

    @AfterAll
    static void close() {
        desk.close();
    }

    static Stream<Arguments> inPipelines() {
        return Stream.of(
                of(Rule.PARALLEL_STAGE, STAGE + "stopOnException: true, " + BRANCHES, "stopOnException"),
                of(Rule.PARALLEL_STAGE, STAGE + "timeout: '5000', " + BRANCHES, "timeout"),
                of(Rule.PARALLEL_STAGE, STAGE + "streaming: true, " + BRANCHES, "streaming"),
                of(Rule.PARALLEL_STAGE, STAGE + "parallelAggregate: true, " + BRANCHES, "parallelAggregate"),
                of(Rule.PARALLEL_STAGE, PARALLEL + BRANCHES, "Camel's own aggregation"),
                of(
                        Rule.PARALLEL_STAGE,
                        PARALLEL + "aggregationStrategy: '#operatorToken', " + BRANCHES,
                        "operatorToken"),
                of(
                        Rule.PARALLEL_STAGE,
                        "split: {simple: '${body}', parallelProcessing: true, steps: [{to: 'direct:a'}]}",
                        "parallel split"),
                of(
                        Rule.PARALLEL_STAGE,
                        "recipientList: {constant: 'direct:a,direct:b', parallelProcessing: true}",
                        "parallel recipientList"),
                of(
                        Rule.SAME_STEP,
                        STAGE + "steps: [{to: 'direct:a'}, {pipeline: {steps: [{to: 'direct:b'}, {to: 'direct:a'}]}}]}",
                        "step a"),
                of(
                        Rule.SAME_STEP,
                        "recipientList: {constant: 'direct:a,direct:a', parallelProcessing: true, aggregationStrategy: '#stageResults'}",
                        "step a"),
                of(Rule.WIRE_TAP, "wireTap: {uri: 'direct:nothing-to-undo'}", "wireTap"),
                of(
                        Rule.CAUGHT_FAILURE,
                        "doTry: {steps: [{to: 'direct:a'}], doCatch: [{exception: [java.lang.Exception], steps: [{log: {message: x}}]}]}",
                        "doTry stands around step a"),
                of(
                        Rule.CAUGHT_FAILURE,
                        "doTry: {steps: [{filter: {simple: '${body} == 1', steps: [{to: 'direct:a'}]}}], doCatch: [{exception: [java.lang.Exception], steps: [{log: {message: x}}]}]}",
                        "doTry stands around step a"),
                of(
                        Rule.CAUGHT_FAILURE,
                        "circuitBreaker: {steps: [{to: 'direct:a'}], onFallback: {steps: [{log: {message: x}}]}}",
                        "circuitBreaker"),
                of(Rule.LOST_SAGA, "removeHeaders: {pattern: '*'}", "removeHeaders"),
                of(Rule.LOST_SAGA, "removeHeaders: {pattern: '*', excludePattern: 'saga.*'}", "removeHeaders"),
                of(Rule.LOST_SAGA, "removeHeaders: {pattern: 'Long.*|x'}", "removeHeaders"),
                of(Rule.LOST_SAGA, "removeHeader: {name: long-running-action}", "removeHeader"),
                of(Rule.LOST_SAGA, "setHeader: {name: Long-Running-Action, constant: x}", "setHeader"),
                of(Rule.REPLAY, "setHeader: {name: x, simple: '${date:now:yyyy}'}", "${date:now"),
                of(Rule.REPLAY, "setBody: {simple: 'id-${random(1,7)}'}", "${random"),
                of(Rule.REPLAY, "setVariable: {name: x, simple: '${uuid}'}", "${uuid"),
                of(Rule.REPLAY, "setVariables: {variables: [{name: x, simple: '${exchangeId}'}]}", "${exchangeId"),
                of(Rule.REPLAY, "setBody: {simple: '${bean:operatorToken}'}", "${bean:"),
                of(Rule.REPLAY, "setBody: {jq: '.at = now'}", "jq's now"),
                of(Rule.REPLAY, "setBody: {method: {ref: operatorToken}}", "the language bean"),
                of(
                        Rule.REPLAY,
                        "choice: {when: [{simple: '${random(2)} == 1', steps: [{to: 'direct:a'}]}]}",
                        "${random"),
                of(Rule.REPLAY, "bean: {ref: operatorToken}", "bean operatorToken"),
                of(Rule.REPLAY, "process: {ref: operatorToken}", "process operatorToken"),
                of(Rule.REPLAY, "script: {simple: '1'}", "script"),
                of(Rule.REPLAY, "to: 'bean:operatorToken'", "bean:operatorToken"),
                of(
                        Rule.REPLAY,
                        "idempotentConsumer: {simple: '${body}', idempotentRepository: x, steps: [{to: 'direct:a'}]}",
                        "idempotentConsumer"),
                of(Rule.CALL_BETWEEN_STEPS, "to: 'http://localhost/x?password=secret'", "http://localhost/x is called"),
                of(Rule.CALL_BETWEEN_STEPS, "toD: 'sql:SELECT ${body}'", "sql:SELECT"),
                of(Rule.CALL_BETWEEN_STEPS, "enrich: {constant: 'file:x'}", "file:x"),
                of(Rule.CALL_BETWEEN_STEPS, "to: 'signal:x'", "signal:x"),
                of(Rule.CALL_BETWEEN_STEPS, "toD: '${header.to}'", "toD of pipeline p can lead anywhere"),
                of(
                        Rule.CALL_BETWEEN_STEPS,
                        "recipientList: {header: to}",
                        "recipientList of pipeline p can lead anywhere"),
                of(Rule.AWAIT, "to: 'await:x'", "await:x"),
                of(Rule.NOWHERE, "to: 'direct:d'", "direct:d: no route consumes"),
                of(Rule.NOWHERE, "toD: 'direct:d-${body}'", "direct:d-${body}: no route"),
                of(Rule.NOWHERE, "to: 'kamelet:d'", "kamelet:d: there is no such Kamelet"),
                of(Rule.NOWHERE, "kamelet: {name: d}", "kamelet:d: there is no such Kamelet"),
                of(Rule.NOWHERE, "to: 'direct:{{no.such.key}}'", "no.such.key"));
    }

    @ParameterizedTest
    @MethodSource("inPipelines")
    void brokenInAPipeline_isFoundAtItsLine(Rule rule, String steps, String words) {
        assertFound(pipeline("{" + steps + "}"), rule, 3, "p", words);
    }

    /** Elsewhere than among a pipeline's own steps: the files, the line, the route. */
    static Stream<Arguments> elsewhere() {
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
                        "may take 30s (a 10s + a 10s + a 10s)",
                        files(
                                route(
                                        "p",
                                        "pipeline:p",
                                        "saga: {propagation: REQUIRES_NEW, timeout: 29s, steps: [{loop: {constant: '3', steps: [{to: 'direct:a'}]}}]}"))),
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
                                        "saga: {propagation: MANDATORY, sagaService: lra, compensation: 'direct:nothing-to-undo', steps: [{to: 'kafka:x'}]}"))),
                Arguments.of(
                        Rule.NOWHERE,
                        4,
                        "d",
                        "direct:undo-d: no route",
                        pipeline(
                                "{to: 'direct:d'}",
                                route(
                                        "d",
                                        "direct:d",
                                        "saga: {propagation: MANDATORY, compensation: 'direct:undo-d', steps: [{log: {message: x}}]}"))),
                Arguments.of(
                        Rule.NOWHERE,
                        4,
                        "d",
                        "direct:do-d: no route",
                        pipeline(
                                "{to: 'direct:d'}",
                                route(
                                        "d",
                                        "direct:d",
                                        "saga: {propagation: MANDATORY, compensation: 'direct:nothing-to-undo', completion: 'direct:do-d', steps: [{log: {message: x}}]}"))),
                Arguments.of(
                        Rule.NOWHERE,
                        1,
                        "d",
                        "no pipeline q runs here",
                        files(route("d", "direct:d", "to: 'pipeline:q?key=1'"))),
                Arguments.of(
                        Rule.NOWHERE,
                        4,
                        "d",
                        "there is no component 'htp'",
                        pipeline("{to: 'direct:d'}", step("d", "{to: 'htp://localhost'}"))),
                Arguments.of(
                        Rule.NOWHERE,
                        1,
                        "d",
                        "there is no component 'tmer'",
                        files(route("d", "tmer:x", "log: {message: x}"))),
                Arguments.of(
                        Rule.NOWHERE,
                        1,
                        "d",
                        "policy oderBarrier",
                        files(route("d", "direct:d", "policy: {ref: oderBarrier, steps: [{log: {message: x}}]}"))),
                Arguments.of(
                        Rule.NOWHERE,
                        1,
                        "d",
                        "aggregationStrategy stageResult",
                        files(route(
                                "d",
                                "direct:d",
                                "multicast: {aggregationStrategy: '#stageResult', steps: [{to: 'direct:a'}]}"))),
                Arguments.of(
                        Rule.NOWHERE,
                        1,
                        "d",
                        "errorHandlerRef stepError",
                        files(
                                "- route: {id: d, errorHandlerRef: stepError, from: {uri: 'direct:d', steps: [{log: {message: x}}]}}")),
                Arguments.of(
                        Rule.NOWHERE,
                        1,
                        "d",
                        "there is no routeConfiguration api-error",
                        files(
                                "- route: {id: d, routeConfigurationId: api-error, from: {uri: 'direct:d', steps: [{log: {message: x}}]}}")),
                Arguments.of(
                        Rule.TWICE,
                        2,
                        "e",
                        "two routes consume from direct:d",
                        files(
                                route("d", "direct:d", "log: {message: x}") + "\n",
                                route("e", "direct:d", "log: {message: x}"))),
                Arguments.of(
                        Rule.TWICE,
                        2,
                        "d",
                        "there is another route d",
                        files(
                                route("d", "direct:d", "log: {message: x}") + "\n",
                                route("d", "direct:e", "log: {message: x}"))));
    }

    @ParameterizedTest
    @MethodSource("elsewhere")
    void brokenElsewhere_isFoundAtItsLine(Rule rule, int line, String route, String words, List<RouteFile> files) {
        assertFound(files, rule, line, route, words);
    }

    /** What can apply to a pipeline's or a step's route: of its file, of a configuration, by an error handler. */
    static Stream<Arguments> handled() {
        String rule = "exception: [java.lang.Exception], steps: [{log: {message: x}}]";
        String configuration =
                "- routeConfiguration: {id: soft, onException: [{onException: {id: swallow, handled: {constant: 'true'}, %s}}]}\n";
        String pipeline =
                "- route: {id: p, %s from: {uri: 'pipeline:p', steps: [{saga: {propagation: REQUIRES_NEW, timeout: 50s, steps: [{to: 'direct:d'}]}}]}}\n";
        String step =
                "- route: {id: d, %s from: {uri: 'direct:d', steps: [{saga: {propagation: MANDATORY, compensation: 'direct:nothing-to-undo', steps: [{log: {message: x}}]}}]}}\n";
        return Stream.of(
                Arguments.of(
                        2,
                        "p",
                        "onException swallow (p.camel.yaml:1) says handled",
                        configuration.formatted(rule)
                                + pipeline.formatted("routeConfigurationId: soft,")
                                + step.formatted("")),
                Arguments.of(
                        3,
                        "d",
                        "onException swallow (p.camel.yaml:1) says handled",
                        configuration.formatted(rule)
                                + pipeline.formatted("")
                                + step.formatted("routeConfigurationId: soft,")),
                Arguments.of(
                        3,
                        "d",
                        "says continued",
                        configuration.formatted(rule).replace("handled", "continued")
                                + pipeline.formatted("")
                                + step.formatted("routeConfigurationId: soft,")),
                Arguments.of(
                        3,
                        "d",
                        "says handled",
                        configuration.formatted(rule).replace("constant: 'true'", "simple: '${body} == 1'")
                                + pipeline.formatted("")
                                + step.formatted("routeConfigurationId: soft,")),
                Arguments.of(
                        3,
                        "p",
                        "dead letter channel",
                        "- beans: [{name: dead, type: org.apache.camel.model.errorhandler.DeadLetterChannelDefinition}]\n- beans: []\n"
                                + pipeline.formatted("errorHandlerRef: dead,") + step.formatted("")),
                Arguments.of(
                        1,
                        "p",
                        "dead letter channel",
                        pipeline.formatted("errorHandler: {deadLetterChannel: {deadLetterUri: 'log:x'}},")
                                + step.formatted("")));
    }

    @ParameterizedTest
    @MethodSource("handled")
    void handledFailure_isFoundInTheRouteItAppliesTo(int line, String route, String words, String text) {
        assertFound(files(text), Rule.HANDLED_FAILURE, line, route, words);
    }

    @Test
    void configurationWithoutId_appliesToEveryRoute() {
        var files = pipeline(
                "{to: 'direct:a'}",
                "- routeConfiguration: {onException: [{onException: {handled: {constant: 'true'}, exception: [java.lang.Exception], steps: [{log: {message: x}}]}}]}");

        assertThat(desk.rules(files))
                .contains("handled-failure:1 p", "handled-failure:1 a", "handled-failure:2 b", "handled-failure:3 c")
                .hasSize(4);
    }

    @Test
    void kameletBetweenSteps_isFoundWhereItIsUsed() {
        var files = Stream.concat(
                        pipeline("{to: {uri: 'kamelet:publish', parameters: {topic: x}}}").stream(),
                        Desk.shipped().stream().filter(RouteFile::isKamelet))
                .toList();

        assertFound(
                files,
                Rule.CALL_BETWEEN_STEPS,
                3,
                "p",
                "kafka:x is called between the steps of pipeline p (in Kamelet publish)");
    }

    @Test
    void severalThings_areAllFoundAtOnce() {
        var files = pipeline(
                "{wireTap: {uri: 'direct:a'}}, {to: 'direct:d'}, {removeHeaders: {pattern: '*'}}, {bean: {ref: operatorToken}}");

        assertThat(desk.report(files).findings())
                .extracting(Finding::rule)
                .containsExactly(Rule.WIRE_TAP, Rule.LOST_SAGA, Rule.REPLAY, Rule.NOWHERE);
    }

    @Test
    void everyRule_isBrokenHere() {
        var broken = Stream.of(inPipelines(), elsewhere())
                .flatMap(cases -> cases)
                .map(arguments -> (Rule) arguments.get()[0])
                .collect(Collectors.toSet());
        broken.add(Rule.HANDLED_FAILURE);

        assertThat(broken).containsExactlyInAnyOrderElementsOf(Arrays.asList(Rule.values()));
    }

    private static Arguments of(Rule rule, String steps, String words) {
        return Arguments.of(rule, steps, words);
    }

    private static void assertFound(List<RouteFile> files, Rule rule, int line, String route, String words) {
        assertThat(desk.report(files).findings()).singleElement().satisfies(finding -> {
            assertThat(finding.rule()).isEqualTo(rule);
            assertThat(finding.place().line()).isEqualTo(line);
            assertThat(finding.place().route()).isEqualTo(route);
            assertThat(finding.wrong()).contains(words).endsWith(".");
            assertThat(finding.mend()).endsWith(".");
        });
    }
}
