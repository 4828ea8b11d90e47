package org.bactrian.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bactrian.lint.Broken.files;
import static org.bactrian.lint.Broken.pipeline;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bactrian.routes.RouteFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule on what a pipeline does between its steps, broken in each way that it names: found at its line, and nothing else. */
class PipelineRulesTest {
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
                of(Rule.PARALLEL_STAGE, PARALLEL.replace("true", "TRUE") + BRANCHES, "Camel's own aggregation"),
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
                of(
                        Rule.SAME_STEP,
                        "to: 'direct:a'}, {to: 'direct:b'}, {to: 'direct:a'",
                        "step a can come a second time"),
                of(Rule.SAME_STEP, "multicast: {steps: [{to: 'direct:a'}, {to: 'direct:a'}]}", "step a can come"),
                of(
                        Rule.SAME_STEP,
                        "filter: {simple: '${body} == 1', steps: [{to: 'direct:a'}]}}, {to: 'direct:a'",
                        "step a can come"),
                of(
                        Rule.SAME_STEP,
                        "choice: {when: [{simple: '${body} == 1', steps: [{to: 'direct:a'}]}]}}, {pipeline: {steps: [{to: 'direct:a'}]}",
                        "step a can come"),
                of(
                        Rule.SAME_STEP,
                        "to: 'direct:a'}, {" + STAGE + "steps: [{to: 'direct:b'}, {to: 'direct:a'}]}",
                        "step a can come"),
                of(
                        Rule.SAME_STEP,
                        "split: {simple: '${body}', steps: [{to: 'direct:a'}]}}, {loop: {constant: '2', steps: [{to: 'direct:a'}]}",
                        "under the same index"),
                of(
                        Rule.CALL_BETWEEN_STEPS,
                        "to: 'saga:complete'}, {to: 'direct:a'",
                        "step a comes after saga:complete"),
                of(
                        Rule.CALL_BETWEEN_STEPS,
                        STAGE + "steps: [{to: 'saga:complete'}, {to: 'direct:a'}]}",
                        "saga:complete stands in"),
                of(
                        Rule.INNER_SAGA,
                        "saga: {propagation: MANDATORY, compensation: 'direct:nothing-to-undo', steps: [{log: {message: x}}]}",
                        "a saga is written among the steps"),
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
                of(Rule.REPLAY, "setBody: {simple: '$simple{random(1,5)}'}", "${random"),
                of(Rule.REPLAY, "setBody: {simple: '${exchange.exchangeId}'}", "${exchange.exchangeId"),
                of(Rule.REPLAY, "setBody: {simple: '${exchange.created}'}", "${exchange.created"),
                of(Rule.REPLAY, "setBody: {simple: '${exchange.getContext.uptime}'}", "${exchange.getContext"),
                of(Rule.REPLAY, "setBody: {simple: '${env:HOSTNAME}'}", "${env:"),
                of(Rule.REPLAY, "setBody: {simple: '${sys.user}'}", "${sys."),
                of(Rule.REPLAY, "setBody: {simple: '${variable[global:x]}'}", "${variable[global:"),
                of(Rule.REPLAY, "setBody: {simple: '${variableAs(global:x,String)}'}", "${variableAs(global:"),
                of(Rule.REPLAY, "setBody: {simple: '${shuffle(1,2)}'}", "${shuffle("),
                of(Rule.REPLAY, "setBody: {jq: 'env.HOME'}", "jq's env"),
                of(Rule.REPLAY, "setBody: {jq: '.home = $ENV.HOME'}", "jq's $ENV"),
                of(Rule.REPLAY, "setBody: {jq: '.at = now'}", "jq's now"),
                of(Rule.REPLAY, "setBody: {jq: '\"a \\(\"b\" + (now | tostring)) c\"'}", "jq's now"),
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
        desk.assertFound(pipeline("{" + steps + "}"), rule, 3, "p", words);
    }

    @Test
    void kameletBetweenSteps_isFoundWhereItIsUsed() {
        var files = Stream.concat(
                        pipeline("{to: {uri: 'kamelet:publish', parameters: {topic: x}}}").stream(),
                        Desk.shipped().stream().filter(RouteFile::isKamelet))
                .toList();

        desk.assertFound(
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
        var broken = Stream.of(inPipelines(), RouteRulesTest.broken(), NowhereTest.broken())
                .flatMap(cases -> cases)
                .map(arguments -> (Rule) arguments.get()[0])
                .collect(Collectors.toSet());
        broken.add(Rule.HANDLED_FAILURE);

        assertThat(broken).containsExactlyInAnyOrderElementsOf(Arrays.asList(Rule.values()));
    }

    private static Arguments of(Rule rule, String steps, String words) {
        return Arguments.of(rule, steps, words);
    }
}
