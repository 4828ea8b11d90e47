package org.bactrian.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.bactrian.camel.Yaml.PARTICIPANT;
import static org.bactrian.camel.Yaml.callback;
import static org.bactrian.camel.Yaml.pipeline;
import static org.bactrian.camel.Yaml.route;
import static org.bactrian.camel.Yaml.saga;

import com.zaxxer.hikari.HikariDataSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.bactrian.participants.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which saga a route is in, by the propagation of its {@code saga} and the exchange that comes to it. */
class PropagationIT {
    private static final HikariDataSource DATABASE = TestDatabase.migrated("src/main/resources/db/migration");
    private static final String NOTE = "process: {ref: note}";
    private static final String UNDONE = "compensation: 'direct:undo', completion: 'direct:confirm'";

    private final List<String> seen = Collections.synchronizedList(new ArrayList<>());
    private final TestRouter router = new TestRouter(DATABASE)
            .bind("note", (Processor) exchange ->
                    seen.add(exchange.getMessage().getHeader(Exchange.SAGA_LONG_RUNNING_ACTION, "none", String.class)))
            .with(callback("undo"), callback("confirm"));

    @AfterEach
    void stop() {
        router.close();
        TestDatabase.forgetSagas(DATABASE); // else the next router takes over what is left
    }

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @Test
    void required_takesPartInTheSagaThatIsThereAndElseBeginsOne() {
        router.with(
                route("outer", "direct:outer", "saga: {steps: [{%s}, {to: 'direct:middle'}]}".formatted(NOTE)),
                route("middle", "direct:middle", saga("REQUIRED", "", NOTE, "to: 'direct:inner'")),
                route("inner", "direct:inner", saga("REQUIRED", "", NOTE)));

        router.send("direct:outer", "x", Map.of());

        String saga = router.lraId(router.begunBy("outer"));
        assertThat(seen).containsExactly(saga, saga, saga);
        router.assertLog(router.begunBy("outer"), "COMPLETED\nsaga: completed\n");
    }

    @Test
    void requiresNew_eachRunIsASagaOfItsOwnAndTheOuterOneIsThereAgainAfterwards() {
        router.with(
                route(
                        "outer",
                        "direct:outer",
                        saga("REQUIRES_NEW", "", NOTE, "to: 'direct:inner'", "to: 'direct:inner'", NOTE)),
                route("inner", "direct:inner", saga("REQUIRES_NEW", "", NOTE)));

        router.send("direct:outer", "x", Map.of());

        assertThat(seen).hasSize(4).doesNotContain("none");
        assertThat(seen.get(3)).isEqualTo(seen.get(0));
        assertThat(seen.subList(0, 3)).doesNotHaveDuplicates();
    }

    @Test
    void notSupported_seesNoSagaAndLeavesTheOneThatIsThere() {
        router.with(
                route("outer", "direct:outer", saga("REQUIRED", "", NOTE, "to: 'direct:apart'", NOTE)),
                route("apart", "direct:apart", saga("NOT_SUPPORTED", "", NOTE)));

        router.send("direct:apart", "x", Map.of());
        router.send("direct:outer", "x", Map.of());

        String saga = router.lraId(router.begunBy("outer"));
        assertThat(seen).containsExactly("none", saga, "none", saga);
    }

    @Test
    void notSupportedRouteFails_theSagaThatCalledItAborts() {
        router.with(
                route("outer", "direct:outer", saga("REQUIRES_NEW", UNDONE, "to: 'direct:apart'")),
                route(
                        "apart",
                        "direct:apart",
                        saga(
                                "NOT_SUPPORTED",
                                "",
                                "throwException: {exceptionType: java.lang.IllegalStateException, message: broken}")));

        assertThat(router.send("direct:outer", "x", Map.of()).getException()).hasMessage("broken");

        router.assertLog(router.begunBy("outer"), """
                ABORTED outer failed: broken
                saga: aborting (outer failed: broken), aborted
                outer: begun, failed (failed: broken), compensating, compensated
                """);
    }

    @Test
    void supports_takesPartInTheSagaThatIsThereAndElseRunsWithout() {
        router.with(
                route("outer", "direct:outer", saga("REQUIRED", "", "to: 'direct:inner'")),
                route("inner", "direct:inner", saga("SUPPORTS", UNDONE, NOTE)));

        router.send("direct:inner", "x", Map.of());
        router.send("direct:outer", "x", Map.of());

        String saga = router.begunBy("outer");
        assertThat(seen).containsExactly("none", router.lraId(saga));
        router.assertLog(saga, """
                COMPLETED
                saga: completing, completed
                inner: joined, succeeded, completing, completed
                """);
        assertThat(router.calls).containsExactly("inner completion");
    }

    @Test
    void mandatoryWithoutASaga_isRefused() {
        router.with(route("inner", "direct:inner", saga("MANDATORY", UNDONE, NOTE)));

        assertThat(router.send("direct:inner", "x", Map.of()).getException()).isNotNull();
        assertThat(seen).isEmpty();
    }

    @Test
    void neverInASaga_isRefusedAndTheSagaAborts() {
        router.with(
                route("outer", "direct:outer", saga("REQUIRED", "", "to: 'direct:alone'")),
                route("alone", "direct:alone", saga("NEVER", "", NOTE)));

        router.send("direct:alone", "x", Map.of());
        Exchange refused = router.send("direct:outer", "x", Map.of());

        assertThat(refused.getException()).hasMessageContaining("cannot handle exchanges that are joining a saga");
        assertThat(seen).containsExactly("none");
        assertThat(router.begunBy("outer")).satisfies(saga -> router.assertLogContains(saga, "aborted"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"REQUIRED", "SUPPORTS"})
    void calledByAPipeline_itIsAStepOfIt(String propagation) {
        router.with(
                pipeline("p", "to: 'direct:a'", "to: 'direct:b'"),
                route("a", "direct:a", saga(propagation, UNDONE + ", timeout: 5s", PARTICIPANT)),
                route("b", "direct:b", saga("MANDATORY", UNDONE, PARTICIPANT)));
        router.refuses("b action", "no");

        router.assertLog(router.submit("x"), """
                ABORTED b refused: no
                saga: payload, aborting (b refused: no), aborted
                a: begun, succeeded, compensating, compensated
                b: begun, failed (refused: no), compensating, compensated
                """);
        assertThat(router.calls).containsExactly("a action", "b action", "b compensation", "a compensation");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "compensation: 'direct:undo'",
                "completion: 'direct:confirm'",
                "option: [{key: k, simple: {expression: v}}]"
            })
    void aPipelineHasSomethingOfItsOwn_itIsRefusedAtTheStart(String own) {
        assertThat(catchThrowable(() -> router.with(route("p", "pipeline:p", saga("REQUIRES_NEW", own, PARTICIPANT)))))
                .rootCause()
                .hasMessageContainingAll("pipeline p must have no", "MANDATORY");
    }
}
