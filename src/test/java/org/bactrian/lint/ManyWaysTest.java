package org.bactrian.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bactrian.lint.Broken.pipeline;
import static org.bactrian.lint.Broken.route;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.bactrian.routes.RouteFault;
import org.bactrian.routes.RouteFile;
import org.junit.jupiter.api.Test;

/** However many ways lead through the routes, each is looked at once. */
class ManyWaysTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Test
    void everyRouteCallsTheNextTwice_theLongestWayIsTold() {
        var files = routes(25, i -> {
            String next = "to: 'direct:%s'".formatted(i < 24 ? "r" + (i + 1) : "a");
            return route("r" + i, "direct:r" + i, next, next);
        });

        Desk.within(
                LIMIT,
                desk -> assertThat(desk.report(files).findings())
                        .filteredOn(finding -> finding.rule() != Rule.SAME_STEP)
                        .singleElement()
                        .satisfies(finding -> {
                            assertThat(finding.rule()).isEqualTo(Rule.STEP_LIMITS);
                            assertThat(finding.wrong()).contains("a 10s + …");
                        }));
    }

    @Test
    void everyRouteCanCallEveryOther_eachIsLookedAt() {
        var files =
                routes(12, i -> route("r" + i, "direct:r" + i, "bean: {ref: operatorToken}", "toD: 'direct:r${body}'"));

        Desk.within(
                LIMIT, desk -> assertThat(desk.rules(files)).hasSize(12).allMatch(rule -> rule.startsWith("replay")));
    }

    @Test
    void stepInAManyTimesCalledRoute_isCaughtWhereOneOfTheCallsIsCaught() {
        var files = pipeline(
                "{to: 'direct:d'}, {doTry: {steps: [{to: 'direct:d'}], doCatch: [{exception: [java.lang.Exception], steps: [{stop: {}}]}]}}",
                route("d", "direct:d", "to: 'direct:a'"));

        Desk.within(
                LIMIT,
                desk -> assertThat(desk.rules(files)).containsExactlyInAnyOrder("caught-failure:4 d", "same-step:4 d"));
    }

    @Test
    void manyRoutesCallEachOther_allAreFollowed() {
        var files = routes(
                400,
                i -> route(
                        "r" + i,
                        "direct:r" + i,
                        "filter: {simple: '${body} == 1', steps: [{to: 'direct:%s'}]}"
                                .formatted(i < 399 ? "r" + (i + 1) : "a")));

        Desk.within(LIMIT, desk -> assertThat(desk.rules(files)).isEmpty());
        assertThat(plan(files)).contains("(a 10s)");
    }

    @Test
    void routesCallEachOtherDeeperThanCanBeFollowed_theRouteIsTold() {
        var files = routes(600, i -> route("r" + i, "direct:r" + i, "to: 'direct:r%s'".formatted(i + 1)));

        Desk.within(
                LIMIT,
                desk -> assertThatThrownBy(() -> desk.rules(files))
                        .isInstanceOf(Unreadable.class)
                        .hasMessageContaining("more than 500 routes"));
    }

    @Test
    void fileIsNestedDeeperThanCanBeRead_isAFaultOfTheFile() {
        assertThatThrownBy(() -> Desk.file("deep.camel.yaml", "[".repeat(20_000)))
                .isInstanceOf(RouteFault.class)
                .hasMessageContaining("nested too deeply");
    }

    @Test
    void stagesInEveryRoute_thePlanEnds() {
        var files = routes(25, i -> {
            String next = "filter: {simple: '${body} == 1', steps: [{to: 'direct:%s'}]}"
                    .formatted(i < 24 ? "r" + (i + 1) : "a");
            return route("r" + i, "direct:r" + i, next, next);
        });
        String plan = plan(files);

        assertThat(plan).contains("1  if ${body} == 1:", "… and so on", "Time limit:");
    }

    private static String plan(List<RouteFile> files) {
        var texts = new HashMap<Path, String>();
        files.forEach(file -> texts.put(file.path(), file.text()));
        return assertTimeoutPreemptively(LIMIT, () -> {
            try (var desk = new Desk();
                    var written = Written.read(desk.ground(), texts)) {
                var sagas = Sagas.of(written);
                return new Plan(sagas, Path.of("/home")).text(sagas.pipelines().get(0));
            }
        });
    }

    private static List<RouteFile> routes(int count, IntFunction<String> route) {
        return pipeline(
                "{to: 'direct:r0'}",
                String.join("\n", IntStream.range(0, count).mapToObj(route).toList()));
    }
}
