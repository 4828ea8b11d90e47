package org.bactrian.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.bactrian.camel.Yaml.PARTICIPANT;
import static org.bactrian.camel.Yaml.parallel;
import static org.bactrian.camel.Yaml.pipeline;
import static org.bactrian.camel.Yaml.pipelineWithin;
import static org.bactrian.camel.Yaml.plainStep;
import static org.bactrian.camel.Yaml.route;
import static org.bactrian.camel.Yaml.saga;
import static org.bactrian.camel.Yaml.step;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.bactrian.log.KeyTaken;
import org.bactrian.participants.TestDatabase;
import org.bactrian.saga.Headers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Two sagas run at once, three wait in the log, the next one is refused. */
class RoomIT {
    private static final SagaLimits LIMITS = new SagaLimits(2, 100, 3);
    private static final AtomicInteger KEYS = new AtomicInteger();
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String WORK = "to: {uri: 'await:a:action', parameters: {holdsPlace: true}}";
    private static final String REST = "to: 'await:a:action'";

    /** Of each test its own: routers take over what others left. */
    private final HikariDataSource database = TestDatabase.migrated("src/main/resources/db/migration");

    private final List<TestRouter> routers = new ArrayList<>();

    @AfterEach
    void stop() {
        routers.forEach(TestRouter::close);
        database.close();
    }

    @Test
    void moreThanCanRun_waitInTheLogAndRunOneAfterTheOther() {
        TestRouter router = started(LIMITS, WORK);
        List<String> sagas = submit(router, 5);
        awaitBegun(sagas.get(0), sagas.get(1));
        assertThat(waiting()).containsExactlyElementsOf(sagas.subList(2, 5));

        for (int ended = 0; ended < 5; ended++) {
            end(router, sagas.get(ended));
            int next = ended + 2;
            await().atMost(LIMIT).untilAsserted(() -> assertThat(begun()).hasSize(Math.min(5, next + 1)));
            assertThat(begun()).containsExactlyElementsOf(sagas.subList(0, Math.min(5, next + 1)));
        }

        awaitCompleted(router, sagas);
    }

    @Test
    void placeIsFreeWhileAnotherWaits_theNewOneDoesNotOvertakeIt() {
        TestRouter router = started(new SagaLimits(16, 100, 3), WORK);
        List<String> sagas = new ArrayList<>();
        for (int i = 0; i < 17; i++) {
            sagas.add(router.submit("{}"));
        }

        end(router, sagas.get(0));
        await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> router.service.running() < 16 || begun().contains(sagas.get(16)));
        sagas.add(router.submit("{}"));

        assertThat(waiting()).contains(sagas.get(17));
        awaitBegun(sagas.get(16));
        sagas.forEach(saga -> end(router, saga));
        awaitCompleted(router, sagas);
    }

    @Test
    void sagasOnlyWait_theyTakeNoPlace() {
        TestRouter router = started(LIMITS, REST);

        List<String> sagas = submit(router, 12);

        await().atMost(LIMIT).untilAsserted(() -> assertThat(begun()).hasSize(12));
        await().atMost(LIMIT).until(() -> router.service.running() == 0);
        assertThat(router.service.liveSagas()).isEqualTo(12);
        sagas.forEach(saga -> end(router, saga));
        awaitCompleted(router, sagas);
    }

    @Test
    void moreWaitThanMayBeInMemory_theOthersWaitInTheLog() {
        TestRouter router = started(new SagaLimits(2, 4, 3), REST);

        List<String> sagas = submit(router, 6);

        awaitBegun(sagas.subList(0, 4).toArray(String[]::new));
        assertThat(waiting()).containsExactlyElementsOf(sagas.subList(4, 6));
        end(router, sagas.get(1));
        awaitBegun(sagas.get(4));
        sagas.forEach(saga -> end(router, saga));
        awaitCompleted(router, sagas);
    }

    @Test
    void oneOfTwoBranchesWaits_theSagaHoldsItsPlaceUntilTheOtherHasEnded() {
        TestRouter router = unstarted(LIMITS)
                .with(
                        pipeline("p", parallel("to: 'direct:a'", "to: 'direct:b'")),
                        step("a", "timeout: 1m", PARTICIPANT, REST),
                        plainStep("b"));
        var open = new CountDownLatch(1);
        router.on("b action", exchange -> TestRouter.pass(open)).start();

        String saga = router.submit("{}");
        router.awaitCalls("a action", "b action");
        await().atMost(LIMIT).untilAsserted(() -> assertThat(records("a")).isOne());
        assertThat(router.service.running()).isOne();
        open.countDown();

        await().atMost(LIMIT).until(() -> router.service.running() == 0);
        end(router, saga);
        awaitCompleted(router, List.of(saga));
    }

    @Test
    void moreThanMayWait_areRefusedAndNothingIsStored() {
        TestRouter router = started(LIMITS, WORK);
        submit(router, 4);
        await().atMost(LIMIT).until(() -> router.submit("last", "{}", ""), RoomIT::isTaken);
        long refusals = router.service.refusedSagas();
        String before = stored();

        Exchange refused = router.submit("one too many", "{}", "");

        assertThat(refused.getException())
                .isInstanceOfSatisfying(
                        NoRoom.class, no -> assertThat(no.getRetryAfter()).isPositive());
        assertThat(stored()).isEqualTo(before);
        assertThat(router.service.refusedSagas()).isEqualTo(refusals + 1);
        Exchange again = router.submit("last", "{}", "");
        assertThat(again.getException()).isNull();
        assertThat(again.getMessage().getHeader("sagaIsNew", Boolean.class)).isFalse();
        assertThat(router.submit("last", "{\"x\": 1}", "").getException()).isInstanceOf(KeyTaken.class);
        assertThat(router.service.refusedSagas()).isEqualTo(refusals + 1);
        assertThat(stored()).isEqualTo(before);
    }

    @Test
    void sourceStopsByItself_whatItHasInHandIsTakenAndItIsToldWhenToStop() {
        TestRouter router = started(LIMITS, WORK);
        List<String> sagas = submit(router, 3);
        assertThat(router.service.isOpen()).isTrue();
        sagas.addAll(submit(router, 2));
        assertThat(router.service.isOpen()).isFalse();

        Exchange more = router.send("pipeline:p?key=more&paced=true", "{}", Map.of());

        assertThat(more.getException()).isNull();
        sagas.add(more.getMessage().getHeader(Headers.SAGA_ID, String.class));
        assertThat(waiting()).hasSize(4);
        sagas.forEach(saga -> end(router, saga));
        awaitCompleted(router, sagas);
        assertThat(router.service.isOpen()).isTrue();
    }

    @Test
    void waitsLongerThanItsTimeLimit_theLimitStandsStillMeanwhile() {
        TestRouter router = unstarted(LIMITS)
                .with(pipelineWithin("30s", "p", "to: 'direct:a'"), step("a", "timeout: 1m", PARTICIPANT, WORK))
                .start();
        List<String> sagas = submit(router, 3);
        JdbcClient.create(database).sql("""
                        UPDATE saga SET waits_since = waits_since - interval '1 hour', deadline_at = deadline_at - interval '1 hour'
                        WHERE waits_since IS NOT NULL""").update();

        end(router, sagas.get(0));

        awaitBegun(sagas.get(2));
        assertThat(JdbcClient.create(database)
                        .sql(
                                "SELECT deadline_at - clock_timestamp() BETWEEN '15 s' AND '31 s' FROM saga WHERE saga_id = ?::uuid")
                        .param(sagas.get(2))
                        .query(Boolean.class)
                        .single())
                .isTrue();
        sagas.forEach(saga -> end(router, saga));
        awaitCompleted(router, sagas);
    }

    @Test
    void clientWaitsForTheEndOfASagaThatWaits_itIsTold() throws Exception {
        TestRouter router = started(LIMITS, WORK);
        List<String> sagas = submit(router, 2);

        var answer = router.sendAndForget("pipeline:p?key=k&prefer=wait=20", "{}", Map.of());
        await().atMost(LIMIT).until(() -> waiting().size() == 1);
        sagas.add(waiting().get(0));
        end(router, sagas.get(0));
        awaitBegun(sagas.get(2));
        end(router, sagas.get(2));

        answer.get();
        router.assertLogContains(sagas.get(2), "COMPLETED");
        end(router, sagas.get(1));
        awaitCompleted(router, sagas);
    }

    @Test
    void anotherRouterHasRoom_itTakesWhatWaits() {
        TestRouter first = started(LIMITS, WORK);
        List<String> sagas = submit(first, 5);
        awaitBegun(sagas.get(0), sagas.get(1));

        TestRouter second = started(LIMITS, WORK);

        awaitBegun(sagas.get(2), sagas.get(3));
        assertThat(second.service.running()).isEqualTo(2);
        assertThat(waiting()).containsExactly(sagas.get(4));
        end(first, sagas.get(2));
        awaitBegun(sagas.get(4));
        sagas.forEach(saga -> end(first, saga));
        awaitCompleted(first, sagas);
        await().atMost(LIMIT).until(() -> second.service.running() == 0);
    }

    @Test
    void killed_theNextOneTakesWhatRanThenWhatWaitedAsThereIsRoom() {
        var life = new Mortal(database, Integer.MAX_VALUE, Mortal.End.AT_ONCE);
        TestRouter killed = TestRouter.unstarted(life, LIMITS);
        List<String> sagas = submit(with(killed, WORK).start(), 5);
        awaitBegun(sagas.get(0), sagas.get(1));
        life.kill();
        killed.abandon();
        life.close();
        TestRouter next = with(TestRouter.unstarted(database, LIMITS, true), WORK);
        routers.add(next);

        next.start();

        await().atMost(LIMIT).until(() -> next.calls.size() == 2);
        assertThat(waiting()).containsExactlyElementsOf(sagas.subList(2, 5));
        assertThat(next.service.running()).isEqualTo(2);
        for (String saga : sagas) {
            awaitBegun(saga);
            end(next, saga);
        }
        awaitCompleted(next, sagas);
    }

    @Test
    void sagaOfNoPipeline_runsHoweverManyDo() throws Exception {
        TestRouter router = unstarted(LIMITS)
                .with(route("r", "direct:r", saga("REQUIRES_NEW", "", "to: 'direct:b'")), plainStep("b"));
        with(router, WORK).start();
        List<String> sagas = submit(router, 3);
        var open = new CountDownLatch(1);
        router.on("b action", exchange -> TestRouter.pass(open));

        var sent = router.sendAndForget("direct:r", "x", Map.of());

        router.awaitCalls("b action");
        assertThat(router.service.running()).isEqualTo(3);
        open.countDown();
        sent.get();
        sagas.forEach(saga -> end(router, saga));
        awaitCompleted(router, sagas);
    }

    private TestRouter started(SagaLimits limits, String step) {
        return with(unstarted(limits), step).start();
    }

    private TestRouter unstarted(SagaLimits limits) {
        TestRouter router = TestRouter.unstarted(database, limits, false);
        routers.add(router);
        return router;
    }

    private static TestRouter with(TestRouter router, String step) {
        return router.with(pipeline("p", "to: 'direct:a'"), step("a", "timeout: 1m", PARTICIPANT, step));
    }

    private static List<String> submit(TestRouter router, int number) {
        List<String> sagas = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            String key = String.valueOf(KEYS.incrementAndGet());
            Exchange taken = await().atMost(LIMIT).until(() -> router.submit(key, "{}", ""), RoomIT::isTaken);
            sagas.add(taken.getMessage().getHeader(Headers.SAGA_ID, String.class));
        }
        return sagas;
    }

    /** One that is counted while it comes is counted twice for a moment. */
    private static boolean isTaken(Exchange exchange) {
        return !(exchange.getException() instanceof NoRoom);
    }

    private static void end(TestRouter router, String saga) {
        router.signal(saga, "a:action", "Done", "{}");
    }

    private void awaitBegun(String... sagas) {
        await().atMost(LIMIT).untilAsserted(() -> assertThat(begun()).contains(sagas));
    }

    /** Nothing is left, nor anybody's place. */
    private void awaitCompleted(TestRouter router, List<String> sagas) {
        sagas.forEach(saga -> router.assertLogContains(saga, "COMPLETED"));
        await().atMost(LIMIT).until(() -> router.service.running() == 0 && router.service.liveSagas() == 0);
        assertThat(waiting()).isEmpty();
    }

    private List<String> begun() {
        return texts("SELECT saga_id FROM saga_record WHERE step = 'a' AND kind = 'begun' ORDER BY saga_id");
    }

    private List<String> waiting() {
        return texts("SELECT saga_id FROM saga WHERE waits_since IS NOT NULL AND owner IS NULL ORDER BY saga_id");
    }

    private int records(String step) {
        return texts("SELECT kind FROM saga_record WHERE step = '%s'".formatted(step))
                .size();
    }

    /** How much is in each of the log's tables. */
    private String stored() {
        return String.join(
                " ",
                texts(
                        "SELECT count(*) FROM saga UNION ALL SELECT count(*) FROM saga_key UNION ALL SELECT count(*) FROM saga_record"));
    }

    private List<String> texts(String query) {
        return JdbcClient.create(database).sql(query).query(String.class).list();
    }
}
