package org.bactrian.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.bactrian.camel.Yaml.PARTICIPANT;
import static org.bactrian.camel.Yaml.callback;
import static org.bactrian.camel.Yaml.pipeline;
import static org.bactrian.camel.Yaml.pipelineWithin;
import static org.bactrian.camel.Yaml.plainStep;
import static org.bactrian.camel.Yaml.route;
import static org.bactrian.camel.Yaml.saga;
import static org.bactrian.camel.Yaml.step;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bactrian.participants.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However a saga leaves the process that runs it, its place is given back once: none is lost, none doubled. */
class PlacesGivenBackIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String WORK = "to: {uri: 'await:a:action', parameters: {holdsPlace: true}}";
    private static final String REST = "to: 'await:a:action'";

    /** Of each test its own: routers take over what others left. */
    private final HikariDataSource database = TestDatabase.migrated("src/main/resources/db/migration");

    private final Restarts routers = new Restarts(database);
    private final TestRouter router = routers.first;

    @AfterEach
    void stop() {
        routers.close();
        database.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {WORK, REST})
    void completed(String work) {
        String saga = begun(work);

        router.signal(saga, "a:action", "Done", "");

        router.assertLogContains(saga, "COMPLETED");
        assertNoneTaken(router);
    }

    @ParameterizedTest
    @ValueSource(strings = {WORK, REST})
    void abortedByItsTimeLimit(String work) {
        router.with(pipelineWithin("300ms", "p", "to: 'direct:a'"), step("a", "timeout: 1s", PARTICIPANT, work));

        String saga = router.submit("x");

        router.assertLogContains(saga, "ABORTED");
        assertNoneTaken(router);
    }

    @Test
    void refusedAndUndone() {
        router.with(pipeline("p", "to: 'direct:a'", "to: 'direct:b'"), plainStep("a"), plainStep("b"));
        router.refuses("b action", "no");

        String saga = router.submit("x");

        router.assertLogContains(saga, "ABORTED");
        assertNoneTaken(router);
    }

    @Test
    void parkedThenRetried() {
        var broken = new AtomicBoolean(true);
        router.with(pipeline("p", "to: 'direct:a'", "to: 'direct:b'"), plainStep("a"), plainStep("b"));
        router.refuses("b action", "no");
        router.on("a compensation", exchange -> {
            if (broken.get()) {
                throw new IllegalStateException("broken");
            }
        });
        String saga = router.submit("x");
        router.assertLogContains(saga, "[parked]");
        assertNoneTaken(router);
        broken.set(false);

        router.signal(saga, "operator/retry@1", "", "{\"reason\": \"mended\"}");

        router.assertLogContains(saga, "ABORTED");
        assertNoneTaken(router);
    }

    @ParameterizedTest
    @ValueSource(strings = {WORK, REST})
    void droppedForAnEditAndTakenUpAgain(String work) {
        String saga = begun(work);

        router.service.betweenRuns(() -> assertNoneTaken(router));

        router.assertLogContains(saga, "attempt");
        await().atMost(LIMIT).until(() -> router.service.running() == (work.equals(WORK) ? 1 : 0));
        router.signal(saga, "a:action", "Done", "");
        router.assertLogContains(saga, "COMPLETED");
        assertNoneTaken(router);
    }

    @ParameterizedTest
    @ValueSource(strings = {WORK, REST})
    void fencedAndClaimedAgain(String work) {
        String saga = begun(work);

        routers.fence();

        router.assertLogContains(saga, "attempt");
        await().atMost(LIMIT).until(() -> router.service.running() == (work.equals(WORK) ? 1 : 0));
        router.signal(saga, "a:action", "Done", "");
        router.assertLogContains(saga, "COMPLETED");
        assertNoneTaken(router);
    }

    @ParameterizedTest
    @ValueSource(strings = {WORK, REST})
    void releasedAtTheEnd(String work) {
        begun(work);

        router.service.release();

        assertNoneTaken(router);
    }

    @Test
    void claimedButItsRecordsMakeNoSense() {
        routers.second.with(pipeline("p", "to: 'direct:a'"), step("a", "timeout: 1m", PARTICIPANT, WORK));
        String saga = begun(WORK);
        routers.kill();
        routers.corrupt(saga);

        routers.second.start();

        routers.second.assertLogContains(saga, "parked");
        assertNoneTaken(routers.second);
    }

    @Test
    void submittedTwiceAtOnce_isOneSagaWithOnePlace() throws Exception {
        router.with(pipeline("p", "to: 'direct:a'"), step("a", "timeout: 1m", PARTICIPANT, WORK));
        var one = router.sendAndForget("pipeline:p?key=k", "x", Map.of());
        var other = router.sendAndForget("pipeline:p?key=k", "x", Map.of());
        one.get();
        other.get();

        assertThat(router.service.running()).isOne();
        router.signal(router.begunBy("p"), "a:action", "Done", "");

        await().atMost(LIMIT).until(() -> router.service.liveSagas() == 0);
        assertNoneTaken(router);
    }

    @Test
    void sagaOfNoPipeline() throws Exception {
        var open = new CountDownLatch(1);
        router.with(route("r", "direct:r", saga("REQUIRES_NEW", "", "to: 'direct:b'")), plainStep("b"));
        router.on("b action", exchange -> TestRouter.pass(open));
        var sent = router.sendAndForget("direct:r", "x", Map.of());
        router.awaitCalls("b action");
        assertThat(router.service.running()).isOne();

        open.countDown();
        sent.get();

        assertNoneTaken(router);
    }

    /** Its end is told by somebody, perhaps tomorrow. */
    @Test
    void sagaOfNoPipelineThatIsEndedByHand_hasNone() {
        router.with(
                route(
                        "r",
                        "direct:r",
                        saga("REQUIRES_NEW", "completionMode: MANUAL, completion: 'direct:done'", PARTICIPANT)),
                callback("done"),
                route("good", "direct:good", "to: 'saga:complete'"));
        assertThat(router.send("direct:r", "x", Map.of()).getException()).isNull();
        String saga = router.begunBy("r");
        assertThat(router.isLive(saga)).isTrue();
        assertNoneTaken(router);

        router.send("direct:good", "x", Map.of("Long-Running-Action", router.lraId(saga)));

        router.assertLogContains(saga, "COMPLETED");
        assertNoneTaken(router);
    }

    private String begun(String work) {
        router.with(pipeline("p", "to: 'direct:a'"), step("a", "timeout: 1m", PARTICIPANT, work));
        String saga = router.submit("x");
        router.awaitCalls("a action");
        await().atMost(LIMIT).until(() -> router.service.running() == (work.equals(WORK) ? 1 : 0));
        return saga;
    }

    private static void assertNoneTaken(TestRouter router) {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(router.service.running()).isZero());
    }
}
