package org.bactrian.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.bactrian.log.NewSaga.Submission;
import org.bactrian.participants.TestDatabase;
import org.bactrian.saga.Content;
import org.bactrian.saga.Failure;
import org.bactrian.saga.Failure.Kind;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaIds;
import org.bactrian.saga.SagaRecord;
import org.bactrian.saga.SagaRecord.Aborted;
import org.bactrian.saga.SagaRecord.Aborting;
import org.bactrian.saga.SagaRecord.Attempt;
import org.bactrian.saga.SagaRecord.Begun;
import org.bactrian.saga.SagaRecord.Completed;
import org.bactrian.saga.SagaRecord.Completing;
import org.bactrian.saga.SagaRecord.Failed;
import org.bactrian.saga.SagaRecord.Parked;
import org.bactrian.saga.SagaRecord.StepCompensated;
import org.bactrian.saga.SagaRecord.StepCompensating;
import org.bactrian.saga.SagaRecord.StepCompleted;
import org.bactrian.saga.SagaRecord.StepCompleting;
import org.bactrian.saga.SagaRecord.Succeeded;
import org.bactrian.saga.SagaStatus;
import org.bactrian.saga.StepPlan;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

class SagaLogIT {
    private static final HikariDataSource DATABASE = TestDatabase.migrated("src/main/resources/db/migration");
    private static final SagaIds IDS = TestInstance.IDS;

    private static final TestInstance LOG = new TestInstance(DATABASE);

    private final JdbcClient sql = JdbcClient.create(DATABASE);

    @AfterAll
    static void close() {
        LOG.close();
        DATABASE.close();
    }

    @Test
    void newKey_sagaKeyAndPayloadAreStored() {
        SagaId id = IDS.next();
        var payload = new Content("{\"a\":\"ä\"}".getBytes(UTF_8), "application/json", Map.of("traceparent", "00-1"));
        Submitted submitted = LOG.submit(
                new NewSaga(id, "p", new Submission("new", new byte[] {1}, payload), Duration.ofSeconds(60)));

        assertThat(submitted).isEqualTo(new Submitted(id, SagaStatus.STARTED, true));
        assertThat(LogText.of(DATABASE, id.toString())).isEqualTo("STARTED\nsaga: payload\n");
        assertThat(sql.sql("SELECT convert_from(data, 'UTF8') FROM saga_record WHERE saga_id = ?")
                        .param(id.value())
                        .query(String.class)
                        .single())
                .isEqualTo(
                        "{\"contentType\":\"application/json\",\"headers\":{\"traceparent\":\"00-1\"},\"text\":\"{\\\"a\\\":\\\"ä\\\"}\"}");
        assertThat(sql.sql("SELECT deadline_at - started_at BETWEEN '59s' AND '61s' FROM saga WHERE saga_id = ?")
                        .param(id.value())
                        .query(Boolean.class)
                        .single())
                .isTrue();
    }

    @Test
    void bytesThatAreNoText_areStoredAsBase64() {
        SagaId id = IDS.next();
        LOG.submit(new NewSaga(
                id,
                "p",
                new Submission("bytes", new byte[] {1}, new Content(new byte[] {-1, 0}, null, Map.of())),
                null));

        assertThat(sql.sql("SELECT convert_from(data, 'UTF8') FROM saga_record WHERE saga_id = ?")
                        .param(id.value())
                        .query(String.class)
                        .single())
                .isEqualTo("{\"contentType\":null,\"headers\":{},\"base64\":\"/wA=\"}");
    }

    @Test
    void knownKeyAndBody_theSagaIsFoundWithItsStatus() {
        SagaId id = submitted("known", 1);
        LOG.append(id, 1, new Completed());
        long before = rows();

        assertThat(LOG.submit(saga("known", 1))).isEqualTo(new Submitted(id, SagaStatus.COMPLETED, false));
        assertThat(rows()).isEqualTo(before);
    }

    @Test
    void knownKeyOfAnotherPipeline_isAnotherSaga() {
        SagaId id = submitted("shared", 1);
        var other = new NewSaga(IDS.next(), "q", new Submission("shared", new byte[] {2}, Content.EMPTY), null);

        assertThat(LOG.submit(other).isNew()).isTrue();
        assertThat(LOG.submit(saga("shared", 1)).id()).isEqualTo(id);
    }

    @Test
    void knownKeyOtherBody_isRefusedAndNothingIsStored() {
        submitted("taken", 1);
        long before = rows();

        assertThatThrownBy(() -> LOG.submit(saga("taken", 2)))
                .isInstanceOf(KeyTaken.class)
                .hasMessageContainingAll("taken", "submitted to p before");
        assertThat(rows()).isEqualTo(before);
    }

    @Test
    void sameKeyAtOnce_oneIsNewAndAllGetTheSameSaga() throws Exception {
        int clients = 8;
        var barrier = new CyclicBarrier(clients);
        var pool = Executors.newFixedThreadPool(clients);
        for (int round = 0; round < 20; round++) {
            String key = "race-" + round;
            List<CompletableFuture<Submitted>> all = Stream.generate(() -> CompletableFuture.supplyAsync(
                            () -> {
                                await(barrier);
                                return LOG.submit(saga(key, 1));
                            },
                            pool))
                    .limit(clients)
                    .toList();
            List<Submitted> answers = all.stream().map(CompletableFuture::join).toList();

            assertThat(answers).filteredOn(Submitted::isNew).hasSize(1);
            assertThat(answers)
                    .extracting(Submitted::id)
                    .containsOnly(answers.get(0).id());
        }
        pool.shutdown();
    }

    @Test
    void sagaWithoutSubmission_hasNoKeyAndNoPayload() {
        SagaId id = IDS.next();
        LOG.submit(new NewSaga(id, "some-route", null, null));
        LOG.append(id, 0, new Completing());

        assertThat(LogText.of(DATABASE, id.toString())).isEqualTo("COMPLETING\nsaga: completing\n");
    }

    @Test
    void appended_statusFailureAndEndChangeInTheSameCommit() {
        SagaId id = submitted("aborts", 1);
        LOG.append(id, 1, begun("a"));
        assertThat(LOG.log.status(id)).hasValue(SagaStatus.STARTED);
        LOG.append(id, 2, new Aborting(new Failure(Kind.REFUSED, "a", "no stock")));
        assertThat(row(id)).isEqualTo("ABORTING,a refused: no stock,running");
        LOG.append(id, 3, new StepCompensating("a", 1, ""));
        LOG.append(id, 4, new StepCompensated("a"));
        LOG.append(id, 5, new Aborted());

        assertThat(row(id)).isEqualTo("ABORTED,a refused: no stock,ended");
        assertThat(LOG.log.status(id)).hasValue(SagaStatus.ABORTED);
    }

    @Test
    void completingThenCompleted_hasNoFailure() {
        SagaId id = submitted("completes", 1);
        LOG.append(id, 1, new Completing());
        assertThat(row(id)).isEqualTo("COMPLETING,,running");
        LOG.append(id, 2, new Completed());

        assertThat(row(id)).isEqualTo("COMPLETED,,ended");
    }

    @Test
    void endedSaga_takesNoStatusAndTheRecordIsNotStoredEither() {
        SagaId id = submitted("ended", 1);
        LOG.append(id, 1, new Completed());

        assertThatThrownBy(() -> LOG.append(id, 2, new Aborting(new Failure(Kind.FAULT, "late"))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(id.toString());
        assertThatThrownBy(() -> LOG.append(id, 2, new Parked("late"))).isInstanceOf(IllegalStateException.class);
        assertThat(LogText.of(DATABASE, id.toString())).isEqualTo("COMPLETED\nsaga: payload, completed\n");
    }

    @Test
    void sameNumberTwice_isRefusedAndStatusStays() {
        SagaId id = submitted("twice", 1);
        LOG.append(id, 1, begun("a"));

        assertThatThrownBy(() -> LOG.append(id, 1, new Completing())).isInstanceOf(DuplicateKeyException.class);
        assertThat(LogText.of(DATABASE, id.toString())).isEqualTo("STARTED\nsaga: payload\na: begun\n");
    }

    @Test
    void unknownSaga_hasNoStatus() {
        assertThat(LOG.log.status(IDS.next())).isEmpty();
    }

    @Test
    void viewSagaStep_foldsEveryCase() {
        SagaId id = submitted("fold", 1);
        append(
                id,
                begun("started"),
                begun("succeeded"),
                succeeded("succeeded"),
                begun("failed"),
                failed("failed"),
                begun("again"),
                failed("again"),
                new Attempt("again", ""),
                begun("again-done"),
                failed("again-done"),
                new Attempt("again-done", ""),
                succeeded("again-done"),
                begun("completing"),
                succeeded("completing"),
                new StepCompleting("completing", 1, ""),
                new StepCompleting("completing", 2, "away"),
                begun("completed"),
                succeeded("completed"),
                new StepCompleting("completed", 1, ""),
                new StepCompleted("completed"),
                begun("compensating"),
                new StepCompensating("compensating", 1, ""),
                succeeded("compensating"),
                begun("compensated"),
                failed("compensated"),
                new StepCompensating("compensated", 1, ""),
                new StepCompensated("compensated"),
                failed("compensated"),
                new Begun("joined#7", plan(true)));

        assertThat(LogText.steps(DATABASE, id.toString())).isEqualTo("""
                started STARTED 1 0
                succeeded SUCCEEDED 1 0
                failed FAILED 1 0 refused: no
                again STARTED 2 0
                again-done SUCCEEDED 2 0
                completing COMPLETING 1 2
                completed COMPLETED 1 1
                compensating COMPENSATING 1 1
                compensated COMPENSATED 1 1 refused: no
                joined#7 STARTED 1 0 joined
                """);
        assertThat(sql.sql("""
                        SELECT string_agg(step, ' ' ORDER BY place) FROM saga_step
                        WHERE saga_id = ? AND begun_at IS NOT NULL AND (acted_at IS NOT NULL) AND (ended_at IS NOT NULL)""").param(id.value()).query(String.class).single()).isEqualTo("completed compensated");
    }

    @Test
    void oddTextInRecords_isStoredAndTheViewStillReads() {
        SagaId id = submitted("odd", 1);
        var content = new Content("\u0000 '\"\\ 😀".getBytes(UTF_8), "text/plain; x=\"y\"", Map.of("h", "\u0000"));
        append(
                id,
                new Begun(
                        "a",
                        new StepPlan("direct:x?a=b&c='d'", null, Map.of("o", "\t'\"\\"), Duration.ofSeconds(1), false)),
                new Failed("a", new Failure(Kind.FAULT, "\u0000 \ud83d '\"\\")),
                new Attempt("a", ""),
                new Succeeded("a", content),
                new Aborting(new Failure(Kind.FAULT, "a", "\u0000 \ud83d")));

        assertThat(LogText.steps(DATABASE, id.toString())).isEqualTo("a SUCCEEDED 2 0\n");
        assertThat(row(id)).isEqualTo("ABORTING,a failed: � �,running");
    }

    private void append(SagaId id, SagaRecord... records) {
        for (int i = 0; i < records.length; i++) {
            LOG.append(id, i + 1, records[i]);
        }
    }

    private SagaId submitted(String key, int body) {
        return LOG.submit(saga(key, body)).id();
    }

    private static NewSaga saga(String key, int body) {
        return new NewSaga(IDS.next(), "p", new Submission(key, new byte[] {(byte) body}, Content.EMPTY), null);
    }

    private long rows() {
        return sql.sql(
                        "SELECT (SELECT count(*) FROM saga) + (SELECT count(*) FROM saga_key) + (SELECT count(*) FROM saga_record)")
                .query(Long.class)
                .single();
    }

    private String row(SagaId id) {
        return sql.sql(
                        "SELECT concat(status, ',', failure, ',', CASE WHEN ended_at IS NULL THEN 'running' ELSE 'ended' END) FROM saga WHERE saga_id = ?")
                .param(id.value())
                .query(String.class)
                .single();
    }

    private static Begun begun(String step) {
        return new Begun(step, plan(false));
    }

    private static StepPlan plan(boolean joined) {
        return new StepPlan("direct:undo", null, Map.of(), Duration.ofSeconds(1), joined);
    }

    private static Succeeded succeeded(String step) {
        return new Succeeded(step, Content.EMPTY);
    }

    private static Failed failed(String step) {
        return new Failed(step, new Failure(Kind.REFUSED, "no"));
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
