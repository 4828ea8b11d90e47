package org.bactrian.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bactrian.camel.Yaml.PARTICIPANT;
import static org.bactrian.camel.Yaml.pipeline;
import static org.bactrian.camel.Yaml.plainStep;
import static org.bactrian.camel.Yaml.route;
import static org.bactrian.camel.Yaml.step;

import com.zaxxer.hikari.HikariDataSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.awaitility.Awaitility;
import org.bactrian.log.LogText;
import org.bactrian.participants.TestDatabase;
import org.bactrian.saga.Refused;
import org.bactrian.saga.SagaEnded;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Waiting for signals. */
class AwaitIT {
    private static final HikariDataSource DATABASE = TestDatabase.migrated("src/main/resources/db/migration");
    private static final String DONE = """
            COMPLETED
            saga: payload, completed
            a: begun, succeeded
            """;

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
    void signalComesAfterTheWait_theStepGoesOnWithItsPayloadAndType() {
        router.with(pipeline("p", "to: 'direct:a'", PARTICIPANT), waitingStep(PARTICIPANT));
        String saga = router.submit("x");
        router.awaitCalls("a action");

        assertThat(router.signal(saga, "a:action", "Reserved", "answer").getException())
                .isNull();

        router.assertLog(saga, DONE);
        assertThat(resultOf(saga)).isEqualTo("answer");
    }

    @Test
    void signalComesBeforeTheWait_itIsFound() throws Exception {
        var open = new CountDownLatch(1);
        router.with(pipeline("p", "to: 'direct:a'"), waitingStep());
        router.on("a action", exchange -> TestRouter.pass(open));
        String saga = router.submit("x");
        router.awaitCalls("a action");

        router.signal(saga, "a:action", "Reserved", "early");
        open.countDown();

        router.assertLog(saga, DONE);
        assertThat(resultOf(saga)).isEqualTo("early");
    }

    @Test
    void signalComesTwice_theFirstCounts() throws Exception {
        var open = new CountDownLatch(1);
        router.with(pipeline("p", "to: 'direct:a'"), waitingStep());
        router.on("a action", exchange -> TestRouter.pass(open));
        String saga = router.submit("x");
        router.awaitCalls("a action");

        router.signal(saga, "a:action", "Reserved", "first");
        assertThat(router.signal(saga, "a:action", "InventoryRefused", "second").getException())
                .isNull();
        open.countDown();

        router.assertLog(saga, DONE);
        assertThat(resultOf(saga)).isEqualTo("first");
    }

    @Test
    void signalOfAnotherName_theWaitGoesOn() {
        router.with(pipeline("p", "to: 'direct:a'"), waitingStep());
        String saga = router.submit("x");
        router.awaitCalls("a action");

        router.signal(saga, "b:action", "Reserved", "other");
        router.signal(saga, "a:completion", "Reserved", "other");
        router.signal(saga, "a:action", "Reserved", "mine");

        router.assertLog(saga, DONE);
        assertThat(resultOf(saga)).isEqualTo("mine");
    }

    @Test
    void nameIsEvaluatedOnBothSides() {
        router.with(
                pipeline("p", "to: 'direct:a'"),
                step("a", "timeout: 10s", PARTICIPANT, "to: 'await:${header.sagaStep}:${header.sagaCall}'"),
                route("reply", "direct:reply", "to: 'signal:${header.sagaStep}:${header.sagaCall}'"));
        String saga = router.submit("x");
        router.awaitCalls("a action");

        router.send("direct:reply", "echo", Map.of("sagaId", saga, "sagaStep", "a", "sagaCall", "action"));

        router.assertLog(saga, DONE);
    }

    @Test
    void signalSaysNo_theStepIsRefusedWithItsReason() {
        router.with(
                pipeline("p", "to: 'direct:a'"),
                step(
                        "a",
                        "timeout: 10s",
                        PARTICIPANT,
                        "to: {uri: 'await:a:action', parameters: {failOn: 'Late, Refused'}}"));
        String saga = router.submit("x");

        router.signal(saga, "a:action", "Refused", "{\"reason\": \"no stock of C-3\"}");

        router.assertLog(saga, """
                ABORTED a refused: no stock of C-3
                saga: payload, aborting (a refused: no stock of C-3), aborted
                a: begun, failed (refused: no stock of C-3), compensating, compensated
                """);
    }

    @Test
    void signalSaysNoWithoutAReason_itsTypeIsTheReason() {
        router.with(
                pipeline("p", "to: 'direct:a'"),
                step("a", "timeout: 10s", "to: {uri: 'await:a:action', parameters: {failOn: Refused}}"));
        String saga = router.submit("x");

        router.signal(saga, "a:action", "Refused", "");

        router.assertLogContains(saga, "aborting (a refused: Refused)");
    }

    @Test
    void ownTimeoutIsShorterThanTheSteps_itCounts() {
        router.with(
                pipeline("p", "to: 'direct:a'"),
                step("a", "timeout: 1h", PARTICIPANT, "to: {uri: 'await:a:action', parameters: {timeout: 20}}"));
        router.on("a action", exchange -> {
            if (router.calls.size() > 1) {
                throw new Refused("asked twice");
            }
        });
        String saga = router.submit("x");

        router.assertLog(saga, """
                ABORTED a refused: asked twice
                saga: payload, aborting (a refused: asked twice), aborted
                a: begun, attempt (no signal a:action within 20 ms), failed (refused: asked twice), compensating, compensated
                """);
    }

    @Test
    void sagaIsUnknown_thatIsSaid() {
        Exchange done = router.signal("0197a1b2-c3d4-7000-8000-000000000001", "a:action", "Reserved", "x");

        assertThat(done.getException())
                .isInstanceOf(UnknownSaga.class)
                .hasMessageContainingAll("a:action", "0197a1b2-c3d4-7000-8000-000000000001");
    }

    @Test
    void sagaHasEnded_theSignalIsDropped() {
        router.with(pipeline("p", "to: 'direct:a'"), plainStep("a"));
        String saga = router.submit("x");
        Awaitility.await().until(() -> !router.isLive(saga));

        assertThat(router.signal(saga, "a:action", "Reserved", "x").getException())
                .isNull();
        router.assertLog(saga, DONE);
    }

    @Test
    void signalWithoutOrWithAWrongId_isRefused() {
        assertThat(router.send("signal:x", "x", Map.of()).getException())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sagaId");
        assertThat(router.send("signal:x", "x", Map.of("sagaId", "nonsense")).getException())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nonsense");
    }

    @Test
    void waitOutsideASaga_isRefused() {
        assertThat(router.send("await:x", "x", Map.of()).getException()).isInstanceOf(SagaEnded.class);
        assertThat(router.send("await:x", "x", Map.of("Long-Running-Action", "http://evil/lra-coordinator/1"))
                        .getException())
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aThousandExchangesWait_noThreadDoes() {
        router.with(pipeline("p", "to: 'direct:a'"), waitingStep());
        int before = Thread.activeCount();
        List<String> sagas =
                IntStream.range(0, 1_000).mapToObj(i -> router.submit("x")).toList();
        Awaitility.await().until(() -> router.calls.size() == 1_000);

        assertThat(Thread.activeCount() - before).isLessThan(20);
        sagas.forEach(saga -> router.signal(saga, "a:action", "Reserved", "x"));

        Awaitility.await().until(() -> sagas.stream().noneMatch(router::isLive));
        assertThat(sagas)
                .allSatisfy(saga -> assertThat(LogText.of(DATABASE, saga)).isEqualTo(DONE));
    }

    private static String waitingStep(String... rest) {
        return rest.length == 0
                ? step("a", "timeout: 1m", PARTICIPANT, "to: 'await:a:action'")
                : step("a", "timeout: 1m", PARTICIPANT, "to: 'await:a:action'", rest[0]);
    }

    private static String resultOf(String saga) {
        return JdbcClient.create(DATABASE)
                .sql(
                        "SELECT convert_from(data, 'UTF8')::json ->> 'text' FROM saga_record WHERE saga_id = ?::uuid AND kind = 'succeeded'")
                .param(saga)
                .query(String.class)
                .single();
    }
}
