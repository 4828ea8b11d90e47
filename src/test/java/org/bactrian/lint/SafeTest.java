package org.bactrian.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bactrian.lint.Broken.files;
import static org.bactrian.lint.Broken.pipeline;
import static org.bactrian.lint.Broken.route;
import static org.bactrian.lint.Broken.step;

import java.util.List;
import java.util.stream.Stream;
import org.bactrian.routes.RouteFile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What looks like what a rule refuses, and is safe: nothing is found. */
class SafeTest {
    private static final String CATCH =
            "doCatch: [{exception: [java.lang.Exception], steps: [{to: 'direct:b'}]}], doFinally: {steps: [{to: 'direct:c'}]}";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{multicast: {parallelProcessing: true, aggregationStrategy: stageResults, stopOnException: false, steps: [{to: 'direct:a'}, {to: 'direct:b'}]}}",
                "{multicast: {stopOnException: true, steps: [{to: 'direct:a'}, {to: 'direct:b'}]}}",
                "{to: 'direct:a'}, {split: {simple: '${body}', steps: [{to: 'direct:a'}]}}, {loop: {constant: '2', steps: [{to: 'direct:b'}]}}",
                "{choice: {when: [{simple: '${body} == 1', steps: [{to: 'direct:a'}, {stop: {}}]}]}}, {to: 'direct:b'}, {to: 'direct:a'}",
                "{to: 'direct:b'}, {doTry: {steps: [{unmarshal: {json: {}}}], doCatch: [{exception: [java.lang.IllegalStateException], steps: [{throwException: {exceptionType: java.lang.IllegalStateException, message: x}}]}]}}, {to: 'direct:a'}",
                "{choice: {when: [{simple: '${body} == 1', steps: [{to: 'saga:compensate'}, {stop: {}}]}]}}, {to: 'direct:a'}, {to: 'saga:complete'}",
                "{choice: {when: [{simple: '${body} == 1', steps: [{to: 'direct:a'}]}], otherwise: {steps: [{to: 'direct:a'}]}}}",
                "{doTry: {steps: [{unmarshal: {json: {}}}], " + CATCH + "}}",
                "{circuitBreaker: {steps: [{log: {message: x}}], onFallback: {steps: [{to: 'direct:a'}]}}}",
                "{removeHeaders: {pattern: '*', excludePattern: 'Long-Running-Action|saga.*'}}",
                "{removeHeaders: {pattern: 'Camel.*'}}, {setHeader: {name: messageType, constant: x}}, {removeHeader: {name: x}}",
                "{setBody: {simple: '${date:header.placedAt:yyyy}'}}, {log: {message: '${date:now} ${random(3)}'}}",
                "{setBody: {jq: '{now: .now, at: .known, text: \"now\"}'}}, {setBody: {jq: '.nowhere'}}",
                "{setBody: {simple: '${exchange.message.body} ${header.env} ${body.sys}'}}, {setBody: {jq: '{env: .env, x: .environment}'}}",
                "{setVariable: {name: x, simple: '${body.uuid}'}}, {setBody: {variable: x}}, {setBody: {header: random}}",
                "{setBody: {jq: '{text: \"\\(.a) now \\(.b + \")\" + (.c)) now\"} # as of now'}}",
                "{multicast: {parallelProcessing: true, aggregationStrategy: stageResults, stopOnException: 'FALSE', steps: [{to: 'direct:a'}, {to: 'direct:b'}]}}",
                "{delay: {simple: '${random(10,20)}'}}",
                "{to: 'log:x'}, {to: 'json-validator:file:config/order.schema.json'}",
                "{wireTap: {uri: 'direct:x', disabled: true}}, {wireTap: {uri: 'direct:x', disabled: 'True'}}",
                "{to: 'seda:later?waitForTaskToComplete=Always'}",
                "{toD: 'direct:${header.kind}'}, {toD: 'direct:${body?.kind}?block=false'}",
                "{recipientList: {simple: 'direct:a,direct:${body.substring(0,1)}'}}",
                "{recipientList: {constant: 'direct:a,direct:b'}}",
                "{to: 'direct:again'}",
            })
    void safeInAPipeline_isNotFound(String steps) {
        assertNothingFound(pipeline(
                steps,
                route("later", "seda:later", "to: 'direct:a'"),
                route("again", "direct:again", "to: 'direct:again'")));
    }

    static Stream<Arguments> elsewhere() {
        String effects = "to: 'http://localhost/x'";
        return Stream.of(
                arguments(
                        "outside any pipeline",
                        files(
                                route(
                                        "d",
                                        "timer:d",
                                        "wireTap: {uri: 'direct:a'}",
                                        "bean: {ref: operatorToken}",
                                        "setBody: {simple: '${uuid}'}",
                                        "removeHeaders: {pattern: '*'}",
                                        "to: 'kafka:x'",
                                        "multicast: {parallelProcessing: true, stopOnException: true, steps: [{to: 'log:x'}]}"))),
                arguments(
                        "what is handled outside",
                        files(
                                "- routeConfiguration: {id: edge, onException: [{onException: {handled: {constant: 'true'}, exception: [java.lang.Exception], steps: [{log: {message: x}}]}}]}\n- route: {id: d, routeConfigurationId: edge, from: {uri: 'timer:d', steps: [{log: {message: x}}]}}\n")),
                arguments(
                        "handled: false",
                        files(
                                "- routeConfiguration: {onException: [{onException: {handled: {constant: 'false'}, exception: [java.lang.Exception], steps: [{log: {message: x}}]}}]}\n",
                                route(
                                        "p",
                                        "pipeline:p",
                                        "saga: {propagation: REQUIRES_NEW, timeout: 10s, steps: [{to: 'direct:a'}]}"))),
                arguments(
                        "inside a step",
                        pipeline(
                                "{to: 'direct:d'}",
                                step(
                                        "d",
                                        "{doTry: {steps: [{%s}], %s}}, {wireTap: {uri: 'log:x'}}, {bean: {ref: operatorToken}}, {setBody: {simple: '${uuid}'}}, {await: 'x'}"
                                                .formatted(effects, CATCH.replace("'direct:", "'log:"))
                                                .replace("{await: 'x'}", "{to: 'await:x'}")))),
                arguments(
                        "a pipeline submitted inside a step",
                        pipeline(
                                "{to: 'direct:d'}",
                                step("d", "{to: 'pipeline:q?key=1'}, {toD: 'direct:${header.kind}'}"),
                                route(
                                        "q",
                                        "pipeline:q",
                                        "saga: {propagation: REQUIRES_NEW, timeout: 9s, steps: [{log: {message: x}}]}"))),
                arguments(
                        "routes that join the saga",
                        pipeline(
                                "{to: 'direct:d'}, {to: 'direct:e'}",
                                route("d", "direct:d", "saga: {propagation: REQUIRED, steps: [{to: 'direct:a'}]}"),
                                route("e", "direct:e", "saga: {propagation: SUPPORTS, steps: [{to: 'direct:b'}]}"))),
                arguments(
                        "a loop beside a loop",
                        pipeline(
                                "{loop: {constant: '2', steps: [{to: 'direct:a'}]}}, {split: {simple: '${body}', steps: [{loop: {constant: '2', steps: [{log: {message: x}}]}}, {to: 'direct:b'}]}}")),
                arguments(
                        "a helper of a step that waits",
                        pipeline(
                                "{to: 'direct:d'}",
                                step("d", "{to: 'direct:wait'}"),
                                route("wait", "direct:wait", "to: 'await:${header.sagaStep}:action'"))),
                arguments(
                        "a compensation that waits",
                        pipeline(
                                "{to: 'direct:d'}",
                                route(
                                        "d",
                                        "direct:d",
                                        "saga: {propagation: MANDATORY, compensation: 'direct:undo-d', steps: [{log: {message: x}}]}"),
                                "- route: {id: undo-d, from: {uri: 'direct:undo-d', steps: [{to: 'await:d:compensation'}]}}")),
                arguments(
                        "keyed by a header",
                        pipeline(
                                "{to: 'direct:d'}",
                                step(
                                        "d",
                                        "{setHeader: {name: kafka.KEY, simple: '${header.sagaId}'}}, {filter: {simple: '${body} == 1', steps: [{to: 'kafka:x'}]}}, {to: 'direct:say'}"),
                                route("say", "direct:say", "to: 'kafka:y'"))),
                arguments(
                        "keyed by every caller",
                        pipeline(
                                "{setHeader: {name: kafka.KEY, simple: '${header.sagaId}'}}, {to: 'direct:d'}, {to: 'direct:e'}",
                                step("d", "{to: 'kafka:x'}"),
                                step("e", "{to: 'direct:say'}"),
                                route("say", "direct:say", "to: 'kafka:y'"),
                                route("edge", "timer:edge", "toD: 'direct:${header.what}'"))),
                arguments(
                        "keyed by where it comes from",
                        files(
                                route("edge", "kafka:a", "to: 'direct:joiner'") + "\n",
                                route(
                                        "joiner",
                                        "direct:joiner",
                                        "saga: {propagation: MANDATORY, sagaService: lra, compensation: 'direct:nothing-to-undo', steps: [{to: 'kafka:x'}]}"))),
                arguments("keyed by an option", pipeline("{to: 'direct:d'}", step("d", "{to: 'kafka:x?key=k'}"))),
                arguments(
                        "keyed in every branch",
                        pipeline(
                                "{to: 'direct:d'}",
                                step(
                                        "d",
                                        "{choice: {when: [{simple: '${body} == 1', steps: [{setHeader: {name: kafka.KEY, constant: x}}]}], otherwise: {steps: [{setHeaders: {headers: [{name: kafka.KEY, constant: y}]}}]}}}, {to: 'kafka:x'}"))),
                arguments(
                        "jdbc that joins",
                        files(
                                route(
                                        "d",
                                        "direct:d",
                                        "policy: {ref: orderBarrier, steps: [{to: 'jdbc:orderDatabase?resetAutoCommit=false'}, {to: 'sql:SELECT 1?dataSource=#orderDatabase'}]}"))),
                arguments("jdbc outside a barrier", files(route("d", "direct:d", "to: 'jdbc:orderDatabase'"))),
                arguments(
                        "a saga that is no pipeline, without a limit and with callbacks",
                        files(
                                route(
                                        "d",
                                        "direct:d",
                                        "saga: {compensation: 'direct:nothing-to-undo', steps: [{to: 'direct:a'}, {to: 'http://localhost/x'}]}"))),
                arguments(
                        "limits that just fit",
                        files(
                                route(
                                        "p",
                                        "pipeline:p",
                                        "saga: {propagation: REQUIRES_NEW, timeout: 50s, steps: [{to: 'direct:a'}, {to: 'direct:b'}, {to: 'direct:c'}]}"))),
                arguments(
                        "a saga of its own kind",
                        files(
                                route(
                                        "p",
                                        "pipeline:p",
                                        "saga: {propagation: REQUIRES_NEW, timeout: 50s, completionMode: MANUAL, steps: [{to: 'direct:a'}, {to: 'saga:complete'}]}"))),
                arguments(
                        "a callback that waits, and an expression that can lead there",
                        pipeline(
                                "{to: 'direct:d'}",
                                route(
                                        "d",
                                        "direct:d",
                                        "saga: {propagation: MANDATORY, compensation: 'direct:undo-d', steps: [{to: 'direct:wait'}]}"),
                                route("wait", "direct:wait", "to: 'await:d:action'"),
                                route("undo-d", "direct:undo-d", "to: 'await:d:compensation'"),
                                route("edge", "timer:edge", "toD: 'direct:${header.what}'"))),
                arguments("routes without an id", files("""
                                - route: {from: {uri: 'timer:d', steps: [{to: 'direct:d'}]}}
                                - route: {from: {uri: 'direct:d', steps: [{to: 'direct:e'}]}}
                                - from: {uri: 'direct:e', steps: [{log: {message: x}}]}
                                - routeTemplate: {id: t, parameters: [{name: at}], from: {uri: 'timer:{{at}}', steps: [{log: {message: x}}]}}
                                - templatedRoute: {routeTemplateRef: t, parameters: [{name: at, value: f}]}
                                - templatedRoute: {routeTemplateRef: t, parameters: [{name: at, value: g}]}
                                """)),
                arguments("one of two routes, as the configuration says", files("""
                                - route: {id: d, precondition: "'{{saga.stepLimit}}' == '30s'", from: {uri: 'timer:d', steps: [{log: {message: x}}]}}
                                - route: {id: d, precondition: "'{{saga.stepLimit}}' != '30s'", from: {uri: 'timer:d', steps: [{to: 'direct:nowhere'}]}}
                                """)),
                arguments(
                        "handled: false, otherwise written",
                        files(
                                "- routeConfiguration: {onException: [{onException: {handled: {simple: 'false'}, exception: [java.lang.Exception], steps: [{log: {message: x}}]}}, {onException: {continued: {constant: 'False'}, exception: [java.io.IOException], steps: [{log: {message: x}}]}}]}\n")),
                arguments(
                        "names from the configuration",
                        files(route(
                                "'p{{saga.stepLimit}}'",
                                "pipeline:p30s",
                                "saga: {propagation: REQUIRES_NEW, timeout: 10s, steps: [{to: 'direct:a'}]}"))),
                arguments(
                        "what is polled from seda",
                        files(
                                route("d", "timer:d", "pollEnrich: {constant: 'seda:letters?size=1'}"),
                                "\n" + route("e", "direct:e", "to: 'seda:letters'"))),
                arguments(
                        "what cannot be known",
                        files(route(
                                "d",
                                "direct:d",
                                "toD: '${header.to}'",
                                "recipientList: {header: to}",
                                "toD: 'kamelet:${header.kind}'"))),
                arguments(
                        "beans of its own",
                        files(
                                "- beans: [{name: mine, type: java.util.ArrayList}]\n",
                                route(
                                        "d",
                                        "timer:d",
                                        "bean: {ref: mine}",
                                        "bean: {ref: '${header.bean}'}",
                                        "to: 'bean:mine?method=clear'",
                                        "to: 'bean:java.util.ArrayList?method=clear'",
                                        "setBody: {method: {ref: mine, method: size}}",
                                        "to: 'sql:SELECT :#id?dataSource=#sagaDatabase'"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("elsewhere")
    void safeElsewhere_isNotFound(String what, List<RouteFile> files) {
        assertNothingFound(files);
    }

    private static Arguments arguments(String what, List<RouteFile> files) {
        return Arguments.of(what, files);
    }

    private static void assertNothingFound(List<RouteFile> files) {
        try (var desk = new Desk()) {
            assertThat(desk.report(files).findings()).isEmpty();
        }
    }
}
