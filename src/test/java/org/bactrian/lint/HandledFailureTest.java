package org.bactrian.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bactrian.lint.Broken.files;
import static org.bactrian.lint.Broken.pipeline;
import static org.bactrian.lint.Broken.route;
import static org.bactrian.lint.Broken.step;

import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A failure that is handled is found in each route that it applies to, wherever that is written. */
class HandledFailureTest {
    private static Desk desk;

    @BeforeAll
    static void open() {
        desk = new Desk();
    }

    @AfterAll
    static void close() {
        desk.close();
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
                        pipeline.formatted("errorHandlerRef: configured,") + step.formatted("")),
                Arguments.of(
                        3,
                        "undo-d",
                        "onException swallow (p.camel.yaml:1) says handled",
                        configuration.formatted(rule)
                                + pipeline.formatted("")
                                + "- route: {id: undo-d, routeConfigurationId: soft, from: {uri: 'direct:undo-d', steps: [{log: {message: x}}]}}\n"
                                + step.formatted("").replace("nothing-to-undo", "undo-d")),
                Arguments.of(
                        3,
                        "confirm-d",
                        "onException swallow (p.camel.yaml:1) says handled",
                        configuration.formatted(rule)
                                + pipeline.formatted("")
                                + "- route: {id: confirm-d, routeConfigurationId: soft, from: {uri: 'direct:confirm-d', steps: [{log: {message: x}}]}}\n"
                                + step.formatted("")
                                        .replace(
                                                "nothing-to-undo'",
                                                "nothing-to-undo', completion: 'direct:confirm-d'")),
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
        desk.assertFound(files(text), Rule.HANDLED_FAILURE, line, route, words);
    }

    @Test
    void configurationWithoutId_appliesToEveryRoute() {
        var files = pipeline(
                "{to: 'direct:a'}",
                "- routeConfiguration: {onException: [{onException: {handled: {constant: 'true'}, exception: [java.lang.Exception], steps: [{log: {message: x}}]}}]}");

        assertThat(desk.rules(files))
                .contains(
                        "handled-failure:1 p",
                        "handled-failure:1 a",
                        "handled-failure:2 b",
                        "handled-failure:3 c",
                        "handled-failure:4 nothing-to-undo")
                .hasSize(5);
    }

    @Test
    void errorHandlerOfAllRoutes_isFoundByItsBean() {
        var files = pipeline(
                "{to: 'direct:a'}",
                "- beans: [{name: dead, type: org.apache.camel.model.errorhandler.DeadLetterChannelDefinition}]",
                "- errorHandler: {refErrorHandler: {ref: dead}}");

        assertThat(desk.rules(files))
                .contains("handled-failure:1 p", "handled-failure:1 a")
                .hasSize(5);
    }
}
