package org.bactrian.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bactrian.camel.Yaml.PARTICIPANT;
import static org.bactrian.camel.Yaml.callback;
import static org.bactrian.camel.Yaml.route;
import static org.bactrian.camel.Yaml.saga;
import static org.bactrian.camel.Yaml.step;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.bactrian.participants.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Routes that begin a saga and have a completion and a compensation of their own. */
class OwnCallbacksIT {
    private static final HikariDataSource DATABASE = TestDatabase.migrated("src/main/resources/db/migration");
    private static final String OWN =
            "completion: 'direct:confirm-r', compensation: 'direct:undo-r', option: [{key: kind, constant: {expression: fixed}}, {key: name, simple: {expression: '${header.given}'}}]";

    private final TestRouter router =
            new TestRouter(DATABASE).with(callback("confirm-r"), callback("undo-r"), step("a"));

    @AfterEach
    void stop() {
        router.close();
        TestDatabase.forgetSagas(DATABASE); // else the next router takes over what is left
    }

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"REQUIRED", "REQUIRES_NEW"})
    void theRouteSucceeds_itsOwnCompletionGetsTheOptionsAsTheyWereAtTheBegin(String propagation) {
        router.with(route(
                "r",
                "direct:r",
                saga(
                        propagation,
                        OWN,
                        "to: 'direct:a'",
                        "setHeader: {name: given, constant: {expression: later}}",
                        "setHeader: {name: name, constant: {expression: later}}")));
        router.on("r completion", options());

        Exchange done = router.send("direct:r", Map.of("not", "text"), Map.of("given", "Ada"));

        assertThat(done.getException()).isNull();
        String saga = router.begunBy("r");
        router.assertLog(saga, """
                COMPLETED
                saga: completing, completed
                a: joined, succeeded, completing, completed
                r: begun, succeeded, completing, completed
                """);
        assertThat(router.calls)
                .contains("a completion", "r completion", "fixed Ada " + router.lraId(saga))
                .doesNotContain("r compensation");
    }

    @Test
    void theRouteFails_itsOwnCompensationComesLastAndGetsTheOptions() {
        router.with(route(
                "r",
                "direct:r",
                saga(
                        "REQUIRED",
                        OWN,
                        "to: 'direct:a'",
                        "throwException: {exceptionType: java.lang.IllegalStateException, message: broken}")));
        router.on("r compensation", options());

        Exchange done = router.send("direct:r", "x", Map.of("given", "Ada"));

        assertThat(done.getException()).hasMessage("broken");
        String saga = router.begunBy("r");
        router.assertLog(saga, """
                ABORTED r failed: broken
                saga: aborting (r failed: broken), aborted
                a: joined, succeeded, compensating, compensated
                r: begun, failed (failed: broken), compensating, compensated
                """);
        assertThat(router.calls)
                .containsExactly("a action", "a compensation", "r compensation", "fixed Ada " + router.lraId(saga));
    }

    @Test
    void anOptionCannotBeEvaluated_theCallerGetsTheErrorAndTheRouteIsNotRun() {
        router.with(route(
                "r",
                "direct:r",
                saga("REQUIRED", "option: [{key: x, simple: {expression: '${body.nothing()}'}}]", PARTICIPANT)));

        Exchange done = router.send("direct:r", "x", Map.of());

        assertThat(done.getException()).isNotNull();
        assertThat(router.calls).isEmpty();
        assertThat(router.begunBy("r")).satisfies(saga -> router.assertLogContains(saga, "aborted"));
    }

    @Test
    void itsCompensationFailsTwice_itIsCalledUntilItSucceeds() {
        router.with(route("r", "direct:r", saga("REQUIRED", "compensation: 'direct:undo-r'", PARTICIPANT)));
        router.on("r compensation", failing(2));
        router.on("r action", exchange -> {
            throw new IllegalStateException("fail");
        });

        router.send("direct:r", "x", Map.of());

        router.assertLog(router.begunBy("r"), """
                ABORTED r failed: fail
                saga: aborting (r failed: fail), aborted
                r: begun, failed (failed: fail), compensating, compensating 2 (away 1), compensating 3 (away 0), compensated
                """);
    }

    @Test
    void itsCompletionAlwaysFails_theCallerHasItsAnswerAndTheSagaIsParked() {
        router.with(route("r", "direct:r", saga("REQUIRED", "completion: 'direct:confirm-r'", PARTICIPANT)));
        router.on("r completion", failing(Integer.MAX_VALUE));

        assertThat(router.send("direct:r", "hello", Map.of()).getMessage().getBody())
                .isEqualTo("hello");

        String saga = router.begunBy("r");
        router.assertLogContains(
                saga, "COMPLETING [parked] completion of r (direct://confirm-r) failed 3 of 3 attempts");
        assertThat(router.calls).filteredOn("r completion"::equals).hasSize(3);
    }

    @Test
    void itsCompletionFailsTwice_itIsCalledUntilItSucceeds() {
        router.with(route("r", "direct:r", saga("REQUIRED", "completion: 'direct:confirm-r'", PARTICIPANT)));
        router.on("r completion", failing(2));

        router.send("direct:r", "hello", Map.of());

        router.assertLog(router.begunBy("r"), """
                COMPLETED
                saga: completing, completed
                r: begun, succeeded, completing, completing 2 (away 1), completing 3 (away 0), completed
                """);
    }

    private Processor options() {
        return exchange -> router.calls.add("%s %s %s"
                .formatted(
                        exchange.getMessage().getHeader("kind"),
                        exchange.getMessage().getHeader("name"),
                        exchange.getMessage().getHeader(Exchange.SAGA_LONG_RUNNING_ACTION)));
    }

    private static Processor failing(int times) {
        var left = new AtomicInteger(times);
        return exchange -> {
            if (left.getAndDecrement() > 0) {
                throw new IOException("away " + left.get());
            }
        };
    }
}
