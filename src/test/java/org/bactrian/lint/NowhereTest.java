package org.bactrian.lint;

import static org.bactrian.lint.Broken.files;
import static org.bactrian.lint.Broken.pipeline;
import static org.bactrian.lint.Broken.route;
import static org.bactrian.lint.Broken.step;

import java.util.List;
import java.util.stream.Stream;
import org.bactrian.routes.RouteFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What leads nowhere, or is there twice, is found in any route, also in one that is no part of a saga. */
class NowhereTest {
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
                nowhere("bean:nosuch: there is no bean nosuch", "to: 'bean:nosuch?method=x'"),
                nowhere("method nosuch", "setBody: {method: {ref: nosuch, method: x}}"),
                nowhere("there is no bean nosuch", "to: 'sql:SELECT 1?dataSource=#nosuch'"),
                nowhere("there is no bean nosuch", "to: 'sql:SELECT 1?dataSource=#bean:nosuch'"),
                Arguments.of(
                        Rule.NOWHERE,
                        1,
                        "d",
                        "kamelet:nosuch: there is no such Kamelet",
                        files(route("d", "kamelet:nosuch", "log: {message: x}"))),
                Arguments.of(
                        Rule.NOWHERE,
                        1,
                        "d",
                        "timer:d?period=1000&: what follows its ? are no options",
                        files(route("d", "timer:d?period=1000&", "log: {message: x}"))),
                Arguments.of(
                        Rule.NOWHERE,
                        1,
                        "d",
                        "log:x?level=INFO&: what follows its ? are no options",
                        files(route("d", "timer:d", "to: 'log:x?level=INFO&'"))),
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

    private static Arguments nowhere(String words, String step) {
        return Arguments.of(Rule.NOWHERE, 1, "d", words, files(route("d", "direct:d", step)));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void brokenInARoute_isFoundAtItsLine(Rule rule, int line, String route, String words, List<RouteFile> files) {
        desk.assertFound(files, rule, line, route, words);
    }
}
