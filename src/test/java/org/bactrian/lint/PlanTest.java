package org.bactrian.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bactrian.lint.Broken.pipeline;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import org.bactrian.ops.Terminal;
import org.bactrian.routes.RouteFile;
import org.junit.jupiter.api.Test;

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
        assertThat(undone(plan)).last().isEqualTo("undone: b; then every a#index (the last begun first)");
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
