package org.bactrian.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bactrian.camel.Yaml.PARTICIPANT;
import static org.bactrian.camel.Yaml.pipeline;
import static org.bactrian.camel.Yaml.plainStep;
import static org.bactrian.camel.Yaml.route;
import static org.bactrian.camel.Yaml.step;

import com.zaxxer.hikari.HikariDataSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.awaitility.Awaitility;
import org.bactrian.log.LogText;
import org.bactrian.participants.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A STARTED saga of a process that was killed, in the next one. */
class ResumeIT {
    /** Of each test its own: routers take over what others left. */
    private final HikariDataSource database = TestDatabase.migrated("src/main/resources/db/migration");

    private static final String WAITING_STEP = step("b", "timeout: 1m", PARTICIPANT, "to: 'await:b:action'");

    private final Restarts routers = new Restarts(database);

    @AfterEach
    void stop() {
        routers.close();
        database.close();
    }

    @Test
    void killedWhileItWaits_itIsAskedAgainAndWaitsOn() {
        routers.with(pipeline("p", "to: 'direct:a'", "to: 'direct:b'"), plainStep("a"), WAITING_STEP);
        String saga = routers.first.submit("x");
        routers.first.awaitCalls("b action");

        routers.restart();
        routers.second.awaitCalls("b action");
        routers.second.signal(saga, "b:action", "Done", "answer");

        routers.second.assertLog(saga, """
                COMPLETED
                saga: payload, completed
                a: begun, succeeded
                b: begun, attempt (interrupted), succeeded
                """);
        assertThat(routers.second.calls).containsExactly("b action");
    }

    @Test
    void killedAgainAndAgain_everyTimeIsAnotherAttempt() {
        routers.with(pipeline("p", "to: 'direct:b'"), WAITING_STEP);
        String saga = routers.first.submit("x");
        routers.first.awaitCalls("b action");
        routers.restart();
        routers.second.awaitCalls("b action");
        routers.second.close();

        try (var third = TestRouter.unstarted(database).with(pipeline("p", "to: 'direct:b'"), WAITING_STEP)) {
            third.start().signal(saga, "b:action", "Done", "");

            third.assertLog(saga, """
                    COMPLETED
                    saga: payload, completed
                    b: begun, attempt (interrupted), attempt (interrupted), succeeded
                    """);
        }
    }

    @Test
    void whatThePipelineSees_isTheSameInBothRuns() throws Exception {
        List<Map<String, Object>> seen = Collections.synchronizedList(new ArrayList<>());
        Processor look = exchange -> {
            var all = new TreeMap<String, Object>(exchange.getMessage().getHeaders());
            all.put("body", exchange.getMessage().getBody(String.class));
            all.put("bodyClass", exchange.getMessage().getBody().getClass());
            all.put("properties", new TreeMap<>(exchange.getAllProperties()).headMap("bactrian"));
            seen.add(all);
        };
        routers.first.bind("look", look);
        routers.second.bind("look", look);
        routers.with(
                pipeline("p", "process: {ref: look}", "to: 'direct:a'", "process: {ref: look}", "to: 'direct:b'"),
                step("a", "timeout: 10s", PARTICIPANT, "setProperty: {name: lost, constant: x}"),
                WAITING_STEP);
        routers.first.on("a action", exchange -> {
            exchange.getMessage().setBody(Map.of("held", 1));
            exchange.getMessage().setHeader("traceparent", "00-2");
            exchange.getMessage().setHeader("lost", "x");
        });
        var headers = Map.<String, Object>of(
                "key", "seen", "lost", "x", "traceparent", "00-1", Exchange.CONTENT_TYPE, "text/plain; charset=utf-8");
        routers.first.send("pipeline:p?key=${header.key}", "Grüße \u0001", headers);
        routers.first.awaitCalls("b action");

        routers.restart();
        routers.second.awaitCalls("b action");

        assertThat(seen).hasSize(4);
        assertThat(seen.get(0)).containsEntry("traceparent", "00-1").doesNotContainKey("lost");
        assertThat(seen.get(2)).isEqualTo(seen.get(0));
        assertThat(seen.get(1)).containsEntry("traceparent", "00-2").containsEntry("body", "{\"held\":1}");
        assertThat(seen.get(3)).isEqualTo(seen.get(1));
    }

    @Test
    void aStepFailedBefore_itsFailureIsHandedBackAndItIsNotRun() throws Exception {
        var open = new CountDownLatch(1);
        routers.with(pipeline("p", Yaml.parallel("to: 'direct:a'", "to: 'direct:b'")), plainStep("a"), plainStep("b"));
        routers.first.on("a action", exchange -> {
            throw new IllegalStateException("broken");
        });
        routers.first.on("b action", exchange -> TestRouter.pass(open));
        String saga = routers.first.submit("x");
        routers.first.assertLogContains(saga, "a: begun, failed (failed: broken)");
        routers.first.awaitCalls("b action");

        routers.restart();

        routers.second.assertLog(saga, """
                ABORTED a failed: broken
                saga: payload, aborting (a failed: broken), aborted
                a: begun, failed (failed: broken), compensating, compensated
                b: begun, attempt (interrupted), succeeded, compensating, compensated
                """);
        assertThat(routers.second.calls).startsWith("b action").doesNotContain("a action");
        open.countDown();
    }

    @Test
    void theRunDoesNotComeToARecordedStep_theSagaIsParked() {
        routers.first.with(pipeline("p", "to: 'direct:a'", "to: 'direct:b'"), plainStep("a"), WAITING_STEP);
        routers.second.with(pipeline("p", "to: 'direct:c'"), plainStep("c"));
        String saga = routers.first.submit("x");
        routers.first.awaitCalls("b action");

        routers.restart();

        routers.second.assertLogContains(saga, "saga: payload, parked");
        assertThat(LogText.of(database, saga))
                .startsWith("STARTED [parked] its run was repeated and ended without reaching a, b,")
                .contains("c: begun, succeeded\n", "retry", "cancel")
                .doesNotContain("compensat");
        routers.second.awaitSettled();
        assertThat(routers.second.isLive(saga)).isFalse();
    }

    @Test
    void theRunFailsBeforeItComesToARecordedStep_theSagaIsParked() {
        routers.first.with(pipeline("p", "to: 'direct:a'", "to: 'direct:b'"), plainStep("a"), WAITING_STEP);
        routers.second.with(pipeline("p", "to: 'direct:gone'", "to: 'direct:a'"), plainStep("a"));
        String saga = routers.first.submit("x");
        routers.first.awaitCalls("b action");

        routers.restart();

        routers.second.assertLog(
                saga, """
                STARTED [parked] %s
                saga: payload, parked
                a: begun, succeeded
                b: begun
                """.formatted("its run was repeated and ended without reaching a, b, which it had reached before:"
                        + " the pipeline was changed, or decides by more than the message. Restore it, then retry the saga; or"
                        + " cancel it."));
    }

    @Test
    void thePipelineIsGone_theSagaIsParkedAndSaysWhatToDo() {
        routers.first.with(pipeline("p", "to: 'direct:b'"), WAITING_STEP);
        String saga = routers.first.submit("x");
        routers.first.awaitCalls("b action");

        routers.restart();

        routers.second.assertLogContains(saga, "saga: payload, parked");
        assertThat(LogText.of(database, saga))
                .contains("no pipeline p runs here any more", "from: pipeline:p", "retry", "cancel");
    }

    @Test
    void aParticipantHasJoined_itIsNeitherReplayedNorMissed() {
        routers.with(
                pipeline("p", "to: 'direct:b'"),
                WAITING_STEP,
                route("event", "direct:event", "to: 'direct:j'"),
                step("j"));
        String saga = routers.first.submit("x");
        routers.first.awaitCalls("b action");
        routers.first.send("direct:event", "x", Map.of("Long-Running-Action", routers.first.lraId(saga)));

        routers.restart();
        routers.second.signal(saga, "b:action", "Done", "");

        routers.second.assertLog(saga, """
                COMPLETED
                saga: payload, completing, completed
                b: begun, attempt (interrupted), succeeded
                j: joined, succeeded, completing, completed
                """);
        assertThat(routers.second.calls).containsExactly("b action", "j completion");
    }

    @Test
    void stoppedInsteadOfKilled_itEndsAtOnceAndTheNextGoesOn() {
        routers.with(pipeline("p", "to: 'direct:b'"), WAITING_STEP);
        String saga = routers.first.submit("x");
        routers.first.awaitCalls("b action");
        long before = System.nanoTime();

        routers.first.close();

        assertThat(System.nanoTime() - before).isLessThan(1_500_000_000L); // routes are waited for 2 s
        routers.restart();
        routers.second.signal(saga, "b:action", "Done", "");
        routers.second.assertLogContains(saga, "b: begun, attempt (interrupted), succeeded");
    }

    @Test
    void manyWait_allGoOnWithoutAThreadEach() {
        routers.with(pipeline("p", "to: 'direct:b'"), WAITING_STEP);
        List<String> sagas =
                IntStream.range(0, 450).mapToObj(i -> routers.first.submit("x")).toList();
        Awaitility.await().until(() -> routers.first.calls.size() == sagas.size());
        int before = Thread.activeCount();

        routers.restart();
        Awaitility.await().until(() -> routers.second.calls.size() == sagas.size());

        assertThat(Thread.activeCount() - before).isLessThan(20);
        sagas.forEach(saga -> routers.second.signal(saga, "b:action", "Done", ""));
        Awaitility.await().until(() -> sagas.stream().noneMatch(routers.second::isLive));
        assertThat(sagas).allMatch(saga -> LogText.of(database, saga).startsWith("COMPLETED"));
    }

    @Test
    void newSagasBeginMeanwhile_theyAreNotTakenOver() {
        routers.with(pipeline("p", "to: 'direct:b'"), WAITING_STEP);
        routers.restart();

        String saga = routers.second.submit("x");
        routers.second.awaitCalls("b action");
        routers.second.signal(saga, "b:action", "Done", "");

        routers.second.assertLog(saga, "COMPLETED\nsaga: payload, completed\nb: begun, succeeded\n");
    }
}
