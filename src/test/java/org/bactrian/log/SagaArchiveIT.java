package org.bactrian.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.bactrian.log.NewSaga.Submission;
import org.bactrian.participants.TestDatabase;
import org.bactrian.saga.Content;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaIds;
import org.bactrian.saga.SagaRecord.Completed;
import org.bactrian.saga.SagaRecord.Succeeded;
import org.bactrian.saga.SagaStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** What becomes of sagas that ended long ago, and what of all others. */
class SagaArchiveIT {
    private static final Optional<Duration> FOR_EVER = Optional.empty();
    private static final SagaIds LONG_AGO = new SagaIds(() -> Instant.now().minus(Duration.ofDays(100)), new Random());

    /** Of each test its own: an archive takes what it finds. */
    private final HikariDataSource database = TestDatabase.migrated("src/main/resources/db/migration");

    private final TestInstance instance = new TestInstance(database);
    private final JdbcClient sql = JdbcClient.create(database);

    @AfterEach
    void stop() {
        instance.close();
        database.close();
    }

    @Test
    void endedLongAgo_oneRowSaysAllButTheCardToken() {
        SagaId id = ended("{\"id\": 1, \"payment\": {\"cardToken\": \"tok-\\\"1\"}, \"x\": [{\"cardToken\": 7}]}");
        sql.sql(
                        "INSERT INTO saga_participant (participant_id, saga_id, step, compensate_url) VALUES (?, ?, 'b', 'http://b')")
                .params(id.value(), id.value())
                .update();
        String steps = LogText.steps(database, id.toString());
        age(id, 31);

        assertThat(archive().next()).isEqualTo(1);

        assertThat(rows("saga", "saga_record", "saga_signal", "saga_participant"))
                .isEqualTo("saga 0, saga_record 0, saga_signal 0, saga_participant 0");
        assertThat(sql.sql(
                                "SELECT concat_ws(' ', pipeline, business_key, status, ended_at - started_at) FROM saga_archive")
                        .query(String.class)
                        .single())
                .isEqualTo("p k COMPLETED 00:00:00");
        assertThat(said("payload"))
                .contains("\\\"id\\\": 1")
                .contains("\\\"cardToken\\\": \\\"***\\\"")
                .doesNotContain("tok-");
        assertThat(said("succeeded")).contains("\"text\":\"held\"");
        assertThat(sql.sql("SELECT string_agg(r ->> 'kind', ' ') FROM saga_archive, json_array_elements(records) r")
                        .query(String.class)
                        .single())
                .isEqualTo("payload begun succeeded completed");
        assertThat(sql.sql(
                                "SELECT concat(signals -> 0 ->> 'name', ' ', participants -> 0 ->> 'compensate_url') FROM saga_archive")
                        .query(String.class)
                        .single())
                .isEqualTo("a:action http://b");
        assertThat(sql.sql(
                                "SELECT concat_ws(' ', step, status, attempts, callback_attempts) || E'\\n' FROM saga_step_known WHERE saga_id = ?")
                        .param(id.value())
                        .query(String.class)
                        .single())
                .isEqualTo(steps);
        assertThat(instance.log.status(id)).hasValue(SagaStatus.COMPLETED);
    }

    @Test
    void oddTextInRecords_isArchivedAsItIsButForCardTokens() {
        ended("\u0000 is no JSON");
        ended("{\"cardToken\": \"tok-1\", \"nul\": \"\\u0000\"}");
        ended("tok, <not/> json");
        ended("");
        sql.sql("UPDATE saga SET ended_at = ended_at - interval '31 days'").update();

        assertThat(archive().next()).isEqualTo(4);

        assertThat(sql.sql("SELECT records -> 0 ->> 'data' FROM saga_archive ORDER BY saga_id")
                        .query(String.class)
                        .list())
                .satisfiesExactly(
                        bytes -> assertThat(bytes).contains("\"base64\" : \"ACBpcyBubyBKU09O\""),
                        nul -> assertThat(nul).contains("\ufffd", "\\\"***\\\"").doesNotContain("tok-1"),
                        text -> assertThat(text).contains("tok, <not/> json"),
                        empty -> assertThat(empty).contains("\"text\" : \"\""));
    }

    /** As after a fault of the disk, or of a version of ours. */
    @Test
    void oneCannotBeRead_itStaysAndAllOthersAreArchived() {
        SagaId first = ended("a");
        SagaId bytes = ended("b");
        SagaId text = ended("c");
        SagaId last = ended("d");
        sql.sql("UPDATE saga SET ended_at = ended_at - interval '31 days'").update();
        sql.sql("UPDATE saga_record SET data = '\\xff' WHERE saga_id = ? AND seq = 2")
                .param(bytes.value())
                .update();
        sql.sql("UPDATE saga_record SET data = 'no JSON' WHERE saga_id = ? AND seq = 1")
                .param(text.value())
                .update();
        SagaArchive archive = archive();

        assertThat(all(archive)).isPositive();

        assertThat(sql.sql("SELECT saga_id FROM saga_archive ORDER BY 1")
                        .query(UUID.class)
                        .list())
                .containsExactly(first.value(), last.value());
        assertThat(sql.sql("SELECT saga_id FROM saga ORDER BY 1")
                        .query(UUID.class)
                        .list())
                .containsExactly(bytes.value(), text.value());
        assertThat(archive.next()).as("said once").isZero();
        manyEnded(3);
        assertThat(all(archive)).as("what came later").isEqualTo(3);
    }

    /** Another instance lets go of the first one while the second is found to be unreadable. */
    @Test
    void oneCannotBeReadAndOneBeforeItWasLocked_theRightOneIsPassedOver() throws Exception {
        SagaId first = ended("a");
        SagaId text = ended("b");
        sql.sql("UPDATE saga SET ended_at = ended_at - interval '31 days'").update();
        sql.sql("UPDATE saga_record SET data = 'no JSON' WHERE saga_id = ? AND seq = 1")
                .param(text.value())
                .update();
        try (var other = database.getConnection()) {
            other.setAutoCommit(false);
            other.createStatement().execute("SELECT FROM saga ORDER BY saga_id LIMIT 1 FOR UPDATE");
            var transactions = new AtomicInteger();
            var releasing = new DelegatingDataSource(database) {
                @Override
                public Connection getConnection() throws SQLException {
                    if (transactions.incrementAndGet() == 3) {
                        other.rollback();
                    }
                    return super.getConnection();
                }
            };
            SagaArchive archive = archive(releasing);

            all(archive);
            all(archive);
            assertThat(transactions).hasValueGreaterThan(3);
        }

        assertThat(sql.sql("SELECT saga_id FROM saga_archive").query(UUID.class).list())
                .containsExactly(first.value());
        assertThat(sql.sql("SELECT saga_id FROM saga").query(UUID.class).list()).containsExactly(text.value());
    }

    @Test
    void runningOrLatelyEnded_staysAsItIs() {
        SagaId running = submit("running", "{}").id();
        SagaId lately = ended("{}");
        age(lately, 29);
        SagaId ofToday = TestInstance.IDS.next();
        instance.submit(new NewSaga(ofToday, "p", null, null));
        instance.append(ofToday, 1, new Completed());
        List<Map<String, Object>> before = sql.sql(
                        "SELECT s.*, r.* FROM saga s LEFT JOIN saga_record r USING (saga_id) ORDER BY 1, r.seq")
                .query()
                .listOfRows();

        assertThat(archive().next()).isZero();

        assertThat(sql.sql("SELECT s.*, r.* FROM saga s LEFT JOIN saga_record r USING (saga_id) ORDER BY 1, r.seq")
                        .query()
                        .listOfRows())
                .usingRecursiveComparison()
                .isEqualTo(before);
        instance.append(running, 1, TestInstance.begun("a"));
    }

    @Test
    void submittedAgain_theSameSagaIsAnsweredUntilItsKeyIsForgotten() {
        SagaId id = ended("{}");
        age(id, 31);
        archive().next();

        assertThat(submit("k", "{}")).isEqualTo(new Submitted(id, SagaStatus.COMPLETED, false));
        assertThatThrownBy(() -> submit("k", "{1}")).isInstanceOf(KeyTaken.class);

        assertThat(drop(FOR_EVER).next()).isEqualTo(1);
        assertThat(rows("saga", "saga_archive", "saga_key")).isEqualTo("saga 0, saga_archive 0, saga_key 1");
        assertThat(instance.log.status(id)).isEmpty();
        assertThat(submit("k", "{}")).isEqualTo(new Submitted(id, SagaStatus.COMPLETED, false));
        assertThatThrownBy(() -> submit("k", "{1}")).isInstanceOf(KeyTaken.class);

        assertThat(drop(Optional.of(Duration.ofDays(101))).next()).isZero();
        assertThat(drop(Optional.of(Duration.ofDays(99))).next()).isEqualTo(1);
        assertThat(submit("k", "{1}").isNew()).isTrue();
    }

    @Test
    void theKeyOfASagaThatIsThere_isNeverForgotten() {
        submit("running", "{}");
        ended("{}");

        assertThat(drop(Optional.of(Duration.ofDays(2))).next()).isZero();
        assertThat(rows("saga_key")).isEqualTo("saga_key 2");
    }

    @Test
    void signalToAnArchivedSaga_isDroppedAsToAnyThatHasEnded() {
        SagaId id = ended("{}");
        age(id, 31);
        archive().next();

        assertThat(instance.signal(id, "late")).isEqualTo(SignalOutcome.ENDED);
        assertThat(rows("saga_signal")).isEqualTo("saga_signal 0");
    }

    @Test
    void manySagas_areMovedAFewAtATime() {
        manyEnded(2 * SagaArchive.SAGAS + 1);
        SagaArchive archive = archive();

        assertThat(Stream.generate(archive::next).limit(4)).containsExactly(SagaArchive.SAGAS, SagaArchive.SAGAS, 1, 0);
        assertThat(rows("saga", "saga_record", "saga_archive")).isEqualTo("saga 0, saga_record 0, saga_archive 201");
    }

    @Test
    void twoInstancesAtOnce_eachSagaIsArchivedOnce() {
        manyEnded(2_000);

        List<CompletableFuture<Integer>> both = Stream.generate(
                        () -> CompletableFuture.supplyAsync(() -> all(archive())))
                .limit(2)
                .toList();

        assertThat(both.stream().mapToInt(CompletableFuture::join).sum()).isEqualTo(2_000);
        assertThat(rows("saga", "saga_record", "saga_archive")).isEqualTo("saga 0, saga_record 0, saga_archive 2000");
    }

    @Test
    void anotherInstanceIsAtASaga_theOthersAreArchivedMeanwhile() throws Exception {
        manyEnded(3);
        try (var other = database.getConnection()) {
            other.setAutoCommit(false);
            other.createStatement().execute("SELECT FROM saga ORDER BY saga_id LIMIT 1 FOR UPDATE");

            assertThat(archive().next()).isEqualTo(2);
        }
    }

    @Test
    void amongManySagas_theOldOnesAreFoundByTheirIds() {
        manyEnded(5_000);
        sql.sql("ANALYZE saga, saga_record").update();

        String plan = String.join(
                "\n",
                sql.sql("EXPLAIN " + SagaArchive.ARCHIVE)
                        .param("seconds", Duration.ofDays(30).toSeconds())
                        .param("most", SagaArchive.SAGAS)
                        .param("unreadable", "{}")
                        .query(String.class)
                        .list());

        assertThat(plan).contains("Index Scan using saga_pkey on saga ").doesNotContain("Seq Scan");
    }

    @Test
    void forEver_nothingIsArchived() {
        age(ended("{}"), 9_999);

        assertThat(new SagaArchive(database, new ArchiveAges(FOR_EVER, FOR_EVER, FOR_EVER)).next())
                .isZero();
    }

    private SagaArchive archive() {
        return archive(database);
    }

    private static SagaArchive archive(DataSource database) {
        return new SagaArchive(database, new ArchiveAges(Optional.of(Duration.ofDays(30)), FOR_EVER, FOR_EVER));
    }

    private SagaArchive drop(Optional<Duration> key) {
        Optional<Duration> day = Optional.of(Duration.ofDays(1));
        return new SagaArchive(database, new ArchiveAges(day, day, key));
    }

    private static int all(SagaArchive archive) {
        int all = 0;
        for (int some = archive.next(); some > 0; some = archive.next()) {
            all += some;
        }
        return all;
    }

    /** Submitted 100 days ago, ended just now. */
    private SagaId ended(String payload) {
        SagaId id = submit(rows("saga_key").equals("saga_key 0") ? "k" : payload, payload)
                .id();
        instance.append(id, 1, TestInstance.begun("a"));
        instance.signal(id, "a:action");
        instance.append(id, 2, new Succeeded("a", new Content("held".getBytes(UTF_8), null, Map.of())));
        instance.append(id, 3, new Completed());
        return id;
    }

    private Submitted submit(String key, String payload) {
        var submission = new Submission(
                key,
                new byte[] {(byte) payload.length()},
                new Content(payload.getBytes(UTF_8), "text/plain", Map.of("h", "\u0000")));
        return instance.submit(new NewSaga(LONG_AGO.next(), "p", submission, null));
    }

    private void age(SagaId id, int days) {
        sql.sql(
                        "UPDATE saga SET ended_at = now() - make_interval(days => :days), started_at = now() - make_interval(days => :days) WHERE saga_id = :id")
                .param("days", days)
                .param("id", id.value())
                .update();
    }

    private void manyEnded(int count) {
        sql.sql("""
                        WITH s AS (
                            INSERT INTO saga (saga_id, pipeline, status, started_at, ended_at)
                            SELECT overlay(saga_id_at(now() - interval '100 days')::text PLACING lpad(n::text, 12, '0') FROM 25)::uuid,
                                'p', 'COMPLETED', now() - interval '99 days', now() - interval '99 days'
                            FROM generate_series(1, ?) n RETURNING saga_id)
                        INSERT INTO saga_record (saga_id, seq, kind) SELECT saga_id, 1, 'completed' FROM s""").param(count).update();
    }

    private String said(String kind) {
        return sql.sql("SELECT r ->> 'data' FROM saga_archive, json_array_elements(records) r WHERE r ->> 'kind' = ?")
                .param(kind)
                .query(String.class)
                .single();
    }

    private String rows(String... tables) {
        return String.join(
                ", ",
                Stream.of(tables)
                        .map(table -> table + " "
                                + sql.sql("SELECT count(*) FROM " + table)
                                        .query(Long.class)
                                        .single())
                        .toList());
    }
}
