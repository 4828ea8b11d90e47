package org.bactrian.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bactrian.lint.Broken.pipeline;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Stream;
import org.bactrian.ops.Terminal;
import org.bactrian.routes.RouteFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code ./bactrian plan} prints. */
class PlanTest {

    @Test
    void shippedPipeline_isAsTheReadmeShowsIt() throws Exception {
        var answer = Terminal.give(
                "plan", "order-pipeline", "--home", Path.of("").toAbsolutePath().toString());
        String readme = Files.readString(Path.of("README.md"));

        assertThat(answer.out().lines()).allMatch(line -> line.length() <= 100);
        assertThat(readme).contains("$ ./bactrian plan order-pipeline\n" + answer.out() + "```");
        assertThat(answer.err()).isEmpty();
        assertThat(answer.exitCode()).isZero();
    }

    @Test
    void withoutRoute_listsThePipelines() {
        var answer =
                Terminal.give("plan", "--home", Path.of("").toAbsolutePath().toString());

        assertThat(answer.out()).startsWith("Pipelines:").contains("order-pipeline", "Creates the order");
        assertThat(answer.exitCode()).isZero();
    }

    @Test
    void unknownRoute_saysSoAndListsThePipelines() {
        var answer = Terminal.give(
                "plan", "create-order", "--home", Path.of("").toAbsolutePath().toString());

        assertThat(answer.err()).contains("there is no pipeline create-order", "order-pipeline");
        assertThat(answer.out()).isEmpty();
        assertThat(answer.exitCode()).isEqualTo(2);
    }

    @Test
    void choiceAfterAStep_branchesAreShownAndWhatRanIsUndone() {
        String plan = plan(
                pipeline(
                        "{to: 'direct:a'}, {choice: {when: [{simple: '${body} == 1', steps: [{to: 'direct:b'}]}], otherwise: {steps: [{log: {message: x}}]}}}, {to: 'direct:c'}"));

        assertThat(plan).contains("1  a ", "2  one of these:", "2a  when ${body} == 1:", "2b  otherwise: no step");
        assertThat(undone(plan))
                .containsExactly("undone: a", "undone: b; then a", "undone: c; then what ran of b; then a");
        assertThat(plan.replaceAll("\\s+", " ")).contains("take at most 50s (a 10s + b 10s + c 30s)");
    }

    @Test
    void parallelBranchOfTwoSteps_siblingsAreUndoneWithThem() {
        String plan = plan(
                pipeline(
                        "{multicast: {parallelProcessing: true, aggregationStrategy: '#stageResults', steps: [{pipeline: {steps: [{to: 'direct:a'}, {to: 'direct:b'}]}}, {to: 'direct:c'}]}}"));

        assertThat(plan)
                .contains("1  side by side; all end before it goes on or back:", "1a.1  a ", "1a.2  b ", "1b  c ");
        assertThat(undone(plan))
                .containsExactly(
                        "undone: a and c (the last begun first)",
                        "undone: b, a and c (the last begun first)",
                        "undone: c, a and b (the last begun first)");
    }

    @Test
    void loopAndSplit_sayHowStepsAreNamed() {
        String plan = plan(
                pipeline(
                        "{split: {simple: '${body}', steps: [{to: 'direct:a'}]}}, {loop: {constant: '2', steps: [{to: 'direct:b'}]}}"));

        assertThat(plan)
                .contains(
                        "1  for each part of ${body}, one after the other; each step is named STEP#index:",
                        "1.1  a ",
                        "2  in a loop, as often as 2; each step is named STEP#index:",
                        "2.1  b ");
        assertThat(undone(plan))
                .last()
                .isEqualTo("undone: b; then earlier turns of b; then every a#index (the last begun first)");
    }

    static Stream<Arguments> shapes() {
        return Stream.of(
                shape(
                        "loop: {constant: '2', steps: [{to: 'direct:b'}, {to: 'direct:c'}]}",
                        "2.1",
                        "2.2",
                        "b; then earlier turns of c, b; then a",
                        "c; then b; then earlier turns of c, b; then a",
                        "e; then every b#index, every c#index (the last begun first); then a"),
                shape(
                        "split: {simple: '${body}', steps: [{to: 'direct:b'}, {to: 'direct:c'}]}",
                        "2.1",
                        "2.2",
                        "b; then earlier turns of c, b; then a",
                        "c; then b; then earlier turns of c, b; then a",
                        "e; then every b#index, every c#index (the last begun first); then a"),
                shape(
                        "split: {simple: '${body}', parallelProcessing: true, aggregationStrategy: '#stageResults', steps: [{to: 'direct:b'}, {to: 'direct:c'}]}",
                        "2.1",
                        "2.2",
                        "b and other parts' c, b (the last begun first); then a",
                        "c, b and other parts' c, b (the last begun first); then a",
                        "e; then every b#index, every c#index (the last begun first); then a"),
                shape(
                        "filter: {simple: '${body} == 1', steps: [{to: 'direct:b'}, {to: 'direct:c'}]}",
                        "2.1",
                        "2.2",
                        "b; then a",
                        "c; then b; then a",
                        "e; then what ran of c, b; then a"),
                shape(
                        "doTry: {steps: [{to: 'direct:b'}, {to: 'direct:c'}], doCatch: [{exception: [java.lang.Exception], steps: [{log: {message: x}}]}]}",
                        "2.1",
                        "2.2",
                        "b; then a",
                        "c; then b; then a",
                        "e; then what ran of c, b; then a"),
                shape(
                        "doTry: {steps: [{log: {message: x}}], doCatch: [{exception: [java.lang.Exception], steps: [{to: 'direct:b'}]}], doFinally: {steps: [{to: 'direct:c'}]}}",
                        "2.1.1",
                        "2.2.1",
                        "b; then a",
                        "c; then what ran of b; then a",
                        "e; then what ran of c, b; then a"),
                shape(
                        "multicast: {steps: [{to: 'direct:b'}, {to: 'direct:c'}]}",
                        "2a",
                        "2b",
                        "b; then a",
                        "c; then b; then a",
                        "e; then c; then b; then a"),
                shape(
                        "multicast: {parallelProcessing: true, aggregationStrategy: '#stageResults', steps: [{to: 'direct:b'}, {to: 'direct:c'}]}",
                        "2a",
                        "2b",
                        "b and c (the last begun first); then a",
                        "c and b (the last begun first); then a",
                        "e; then b and c (the last begun first); then a"),
                shape(
                        "choice: {when: [{simple: '${body} == 1', steps: [{to: 'direct:b'}, {to: 'direct:c'}]}]}",
                        "2a.1",
                        "2a.2",
                        "b; then a",
                        "c; then b; then a",
                        "e; then what ran of c, b; then a"),
                shape(
                        "routingSlip: {constant: 'direct:b,direct:c'}",
                        "2.1",
                        "2.2",
                        "b; then a",
                        "c; then b; then a",
                        "e; then c; then b; then a"),
                shape(
                        "recipientList: {constant: 'direct:b,direct:c'}",
                        "2a",
                        "2b",
                        "b; then a",
                        "c; then b; then a",
                        "e; then c; then b; then a"));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void twoStepsInEachShape_areNumberedAndUndoneInReverse(String eip, List<String> numbers, List<String> undone) {
        String plan = plan(pipeline(
                "{to: 'direct:a'}, {%s}, {to: 'direct:e'}".formatted(eip), Broken.step("e", "{log: {message: e}}")));

        assertThat(undone(plan)).containsExactlyElementsOf(undone);
        assertThat(plan.lines()
                        .filter(line -> line.contains("  limit "))
                        .map(line ->
                                line.strip().replaceFirst("\\s+limit.*", "").replaceFirst("\\s+", " ")))
                .containsExactlyElementsOf(numbers);
    }

    private static Arguments shape(String eip, String b, String c, String undoneB, String undoneC, String undoneE) {
        return Arguments.of(
                eip,
                List.of("1 a", b + " b", c + " c", "3 e"),
                Stream.of("a", undoneB, undoneC, undoneE)
                        .map(undone -> "undone: " + undone)
                        .toList());
    }

    @Test
    void sagaOfAKamelet_isShown() {
        var files = Stream.concat(
                        pipeline("{to: 'direct:a'}, {to: 'kamelet:sk'}").stream(),
                        Stream.of(Desk.file("sk.kamelet.yaml", """
                                apiVersion: camel.apache.org/v1
                                kind: Kamelet
                                metadata: {name: sk}
                                spec:
                                  definition: {title: sk}
                                  template:
                                    from:
                                      uri: kamelet:source
                                      steps:
                                        - saga:
                                            propagation: MANDATORY
                                            compensation: direct:nothing-to-undo
                                            completion: direct:nothing-to-undo
                                            steps: [{to: "log:x"}]
                                """)))
                .toList();

        assertThat(plan(files))
                .contains("2  sk ", "undone: sk; then a", "log:x")
                .contains("nothing-to-undo (side by side)");
    }

    @Test
    void stepsOfACalledRoute_areStagesOfThePipeline() {
        String plan = plan(pipeline(
                "{to: 'direct:both'}, {to: 'direct:c'}",
                Broken.route("both", "direct:both", "to: 'direct:a'", "to: 'direct:b'")));

        assertThat(plan).contains("\n1  a ", "\n2  b ", "\n3  c ");
        assertThat(undone(plan)).last().isEqualTo("undone: c; then b; then a");
    }

    private static List<String> undone(String plan) {
        return plan.lines()
                .filter(line -> line.contains("if it fails"))
                .map(line -> line.replaceFirst(".*if it fails\\s+", ""))
                .toList();
    }

    private static String plan(List<RouteFile> files) {
        var texts = new HashMap<Path, String>();
        files.forEach(file -> texts.put(file.path(), file.text()));
        try (var desk = new Desk();
                var written = Written.read(desk.ground(), texts)) {
            var sagas = Sagas.of(written);
            return new Plan(sagas, Path.of("/home")).text(sagas.pipelines().get(0));
        }
    }
}
