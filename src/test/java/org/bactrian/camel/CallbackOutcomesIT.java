package org.bactrian.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bactrian.camel.Yaml.PARTICIPANT;
import static org.bactrian.camel.Yaml.bareStep;
import static org.bactrian.camel.Yaml.pipeline;
import static org.bactrian.camel.Yaml.route;
import static org.bactrian.camel.Yaml.step;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.awaitility.Awaitility;
import org.bactrian.barrier.ParticipantDatabase;
import org.bactrian.log.LogText;
import org.bactrian.participants.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What follows on the answer to a completion or compensation: a refusal is final, no answer is not. */
class CallbackOutcomesIT {
    private static final HikariDataSource DATABASE = TestDatabase.migrated("src/main/resources/db/migration");

    private final TestRouter router = new TestRouter(DATABASE);

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
    void aCompensationIsRefused_thatIsFinalAndTheSagaIsParkedAtOnce() {
        router.with(pipeline("p", "to: 'direct:a'", "to: 'direct:b'"), step("a"), step("b"));
        router.refuses("b action", "no");
        router.on("b compensation", exchange -> {
            throw new HttpOperationFailedException(
                    "http://b", 409, "Conflict", null, Map.of(), "{\"detail\": \"completed before\"}");
        });

        String saga = router.submit("x");

        router.assertLog(saga, """
                ABORTING b refused: no [parked] compensation of b (direct://undo-b) was refused: completed before; final, so it was not asked again.
                saga: payload, aborting (b refused: no), parked
                a: begun, succeeded
                b: begun, failed (refused: no), compensating
                """);
        Awaitility.await().until(() -> !router.isLive(saga));
        assertThat(router.calls).containsExactly("a action", "b action", "b compensation");
    }

    @Test
    void aCompletionIsRefusedByAReply_theOthersGoOnAndTheSagaIsParkedOnce() {
        router.with(
                pipeline("p", "to: 'direct:a'", "to: 'direct:b'", "to: 'direct:c'"),
                step("a", "completion: 'direct:confirm-a'", PARTICIPANT),
                route(
                        "confirm-a",
                        "direct:confirm-a",
                        PARTICIPANT,
                        "to: {uri: 'await:a:completion', parameters: {failOn: Refused}}"),
                step("b"),
                step("c"));
        router.on(
                "a completion",
                exchange -> reply(exchange, "a:completion", "Refused", "{\"reason\": \"undone before\"}"));
        var left = new AtomicInteger(1);
        router.on("c completion", exchange -> {
            if (left.getAndDecrement() > 0) {
                throw new IOException("away");
            }
        });

        String saga = router.submit("x");

        router.assertLog(saga, """
                COMPLETING [parked] completion of a (direct://confirm-a) was refused: undone before; final, so it was not asked again.
                saga: payload, completing, parked
                a: begun, succeeded, completing
                b: begun, succeeded, completing, completed
                c: begun, succeeded, completing, completing 2 (away), completed
                """);
        Awaitility.await().until(() -> !router.isLive(saga));
    }

    @Test
    void mendedAfterARefusalByAReply_theCallbackIsAskedAnewAndAnsweredAnew() {
        router.with(
                pipeline("p", "to: 'direct:a'"),
                step("a", "completion: 'direct:confirm-a'", PARTICIPANT),
                route(
                        "confirm-a",
                        "direct:confirm-a",
                        PARTICIPANT,
                        "to: {uri: 'await:a:completion', parameters: {failOn: Refused}}"));
        var mended = new AtomicBoolean();
        router.on("a completion", exchange -> reply(exchange, "a:completion", mended.get() ? "Done" : "Refused", "{}"));
        String saga = router.submit("x");
        router.assertLogContains(saga, "[parked] completion of a (direct://confirm-a) was refused");
        mended.set(true);

        router.signal(saga, "operator/retry@1", "", "{\"reason\": \"mended\"}");

        router.assertLog(saga, """
                COMPLETED
                saga: payload, completing, parked, operator/retry@1 (mended), completed
                a: begun, succeeded, completing, completing 2 (an operator had it tried again), completed
                """);
    }

    @Test
    void aBarrierInThisProcessContradicts_thatIsFinalToo() {
        HikariDataSource participants = TestDatabase.participant("routes/participants/order");
        ParticipantDatabase.bind(router.context, "order", participants);
        router.with(
                pipeline("p", "to: 'direct:a'"),
                step("a", "completion: 'direct:confirm-a'", PARTICIPANT),
                route("confirm-a", "direct:confirm-a", "policy: {ref: orderBarrier, steps: [{" + PARTICIPANT + "}]}"));

        String saga = router.submit("x");

        Awaitility.await().until(() -> !router.isLive(saga));
        assertThat(LogText.of(DATABASE, saga))
                .startsWith(
                        "COMPLETING [parked] completion of a (direct://confirm-a) was refused: a step must be either completed or compensated")
                .endsWith("a: begun, succeeded, completing\n");
        assertThat(router.calls).containsExactly("a action");
        participants.close();
    }

    @Test
    void theReplyToACallbackIsLost_itIsAskedAgainAndAnswered() {
        router.with(
                pipeline("p", "to: 'direct:a'"),
                bareStep("a", "compensation: 'direct:undo-a', timeout: 100", PARTICIPANT),
                route("undo-a", "direct:undo-a", PARTICIPANT, "to: 'await:a:compensation'"));
        router.refuses("a action", "no");
        router.on("a compensation", exchange -> {
            if (router.calls.size() == 3) {
                reply(exchange, "a:compensation", "Undone", "");
            }
        });

        String saga = router.submit("x");

        Awaitility.await().until(() -> !router.isLive(saga));
        assertThat(LogText.of(DATABASE, saga).replaceAll("within \\d+ ms", "in time"))
                .isEqualTo("""
                ABORTED a refused: no
                saga: payload, aborting (a refused: no), aborted
                a: begun, failed (refused: no), compensating, compensating 2 (no signal a:compensation in time), compensated
                """);
        assertThat(router.calls).containsExactly("a action", "a compensation", "a compensation");
    }

    @Test
    void theReplyToTheFirstAskingComesWithTheSecond_theFirstReplyCounts() {
        router.with(
                pipeline("p", "to: 'direct:a'"),
                step("a", "timeout: 500, completion: 'direct:confirm-a'", PARTICIPANT),
                route(
                        "confirm-a",
                        "direct:confirm-a",
                        PARTICIPANT,
                        "to: {uri: 'await:a:completion', parameters: {failOn: Refused}}"));
        router.on("a completion", exchange -> {
            if (router.calls.size() == 3) {
                reply(exchange, "a:completion", "Confirmed", "");
                reply(exchange, "a:completion", "Refused", "");
            }
        });

        String saga = router.submit("x");

        Awaitility.await().until(() -> !router.isLive(saga));
        assertThat(LogText.of(DATABASE, saga).replaceAll("within \\d+ ms", "in time"))
                .isEqualTo("""
                COMPLETED
                saga: payload, completing, completed
                a: begun, succeeded, completing, completing 2 (no signal a:completion in time), completed
                """);
    }

    /** As a participant that answers before anybody waits. */
    private void reply(Exchange exchange, String name, String type, String body) {
        router.signal(exchange.getMessage().getHeader("sagaId", String.class), name, type, body);
    }
}
