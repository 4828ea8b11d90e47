package org.bactrian.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.regex.Pattern;
import org.bactrian.log.NewSaga.Submission;
import org.bactrian.participants.TestDatabase;
import org.bactrian.saga.Content;
import org.bactrian.saga.Failure;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaIds;
import org.bactrian.saga.SagaRecord.Aborted;
import org.bactrian.saga.SagaRecord.Aborting;
import org.bactrian.saga.SagaRecord.Failed;
import org.bactrian.saga.SagaRecord.StepCompensated;
import org.bactrian.saga.SagaRecord.StepCompensating;
import org.bactrian.saga.SagaRecord.Succeeded;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What the saga log's views and the table of LRA participants say and take. */
class OrderSagaLogIT {
    private static final Failure NO = new Failure(Failure.Kind.REFUSED, "no stock");
    private static final SagaIds LONG_AGO = new SagaIds(() -> Instant.now().minus(Duration.ofDays(100)), new Random());

    private final HikariDataSource database = TestDatabase.migrated("src/main/resources/db/migration");
    private final TestInstance instance = new TestInstance(database);
    private final JdbcClient sql = JdbcClient.create(database);

    @AfterEach
    void stop() {
        instance.close();
        database.close();
    }

    @Test
    void orderThatWasPlaced_hasItsPayloadWithoutTheCardTokenAndNoStepYet() {
        SagaId id = submit("{\"orderId\": \"o-1\", \"payment\": {\"cardToken\": \"tok-1\"}}");

        assertThat(row(id))
                .containsEntry("id", id.value())
                .containsEntry("order_saga_execution_id", id.value())
                .containsEntry("order_saga_current_step", null)
                .containsEntry("order_id", "o-1")
                .containsEntry("order_saga_payload", "{\"orderId\": \"o-1\", \"payment\": {\"cardToken\": \"***\"}}")
                .containsEntry("order_saga_status", "STARTED")
                .containsEntry("order_saga_state", "{}")
                .containsEntry("order_saga_version", 1L)
                .containsEntry("end_date", null);
    }

    @Test
    void orderThatWasUndone_saysEveryStepsStatusAndTheSameOnceItIsArchived() {
        SagaId id = undone(submit("{\"cardToken\": \"tok-1\"}"));
        Map<String, Object> before = row(id);
        assertThat(before)
                .containsEntry("order_saga_current_step", "reserve")
                .containsEntry("order_saga_status", "ABORTED")
                .containsEntry("order_saga_state", "{ \"create\" : \"SUCCEEDED\", \"reserve\" : \"COMPENSATED\" }")
                .containsEntry("order_saga_version", 9L);
        assertThat(before.get("end_date")).isNotNull();

        sql.sql("UPDATE saga SET ended_at = now() - interval '2 days', started_at = now() - interval '3 days'")
                .update();
        before = row(id);
        Optional<Duration> day = Optional.of(Duration.ofDays(1));
        assertThat(new SagaArchive(database, new ArchiveAges(day, Optional.empty(), Optional.empty())).next())
                .isEqualTo(1);

        assertThat(row(id)).isEqualTo(before);
    }

    @Test
    void sagaThatNoPipelineBegan_isNobodysOrder() {
        instance.begun();

        assertThat(sql.sql("SELECT * FROM order_saga_log").query().listOfRows()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"id", "start_date"})
    void pageOfManyOrders_foldsThoseOnThePageOnly(String order) {
        sql.sql("""
                        WITH s AS (
                            INSERT INTO saga (saga_id, pipeline, business_key, status, started_at)
                            SELECT overlay(saga_id_at(now())::text PLACING lpad(n::text, 12, '0') FROM 25)::uuid,
                                'p', 'o-' || n, 'STARTED', now() + n * interval '1 ms'
                            FROM generate_series(1, 100000) n RETURNING saga_id)
                        INSERT INTO saga_record (saga_id, seq, kind, step, data)
                        SELECT saga_id, r.seq, r.kind, r.step, convert_to('{"text": "{}"}', 'UTF8')
                        FROM s, (VALUES (0, 'payload', NULL), (1, 'begun', 'create'), (2, 'succeeded', 'create')) r(seq, kind, step)""").update();
        sql.sql("ANALYZE saga, saga_record").update();

        List<String> plan = sql.sql(
                        "EXPLAIN (ANALYZE, TIMING OFF) SELECT * FROM order_saga_log ORDER BY %s DESC LIMIT 20"
                                .formatted(order))
                .query(String.class)
                .list();

        assertThat(plan)
                .filteredOn(line -> line.contains("on saga_record"))
                .isNotEmpty()
                .allSatisfy(line -> {
                    assertThat(line).doesNotContain("Seq Scan");
                    assertThat(loops(line)).isLessThanOrEqualTo(20 * 2);
                });
    }

    @Test
    void participantThatJoined_isOneForItsLinksAndMustHaveOne() {
        SagaId id = submit("{}");
        participant(id, "a", "http://a/undo");
        participant(id, "b", "http://b/undo");

        assertThatThrownBy(() -> participant(id, "again", "http://a/undo"))
                .isInstanceOf(DataIntegrityViolationException.class)
                .hasMessageContaining("saga_participant_links");
        assertThatThrownBy(() -> participant(id, "none", null)).isInstanceOf(DataIntegrityViolationException.class);
        assertThatThrownBy(() -> participant(TestInstance.IDS.next(), "lost", "http://a/undo"))
                .isInstanceOf(DataIntegrityViolationException.class);
        participant(submit("{}"), "a", "http://a/undo");
    }

    private SagaId submit(String payload) {
        String key = "o-"
                + (1
                        + sql.sql("SELECT count(*) FROM saga_key")
                                .query(Integer.class)
                                .single());
        var content = new Content(payload.getBytes(UTF_8), "application/json", Map.of());
        SagaId id = LONG_AGO.next();
        instance.submit(new NewSaga(id, "p", new Submission(key, new byte[] {1}, content), null));
        return id;
    }

    private SagaId undone(SagaId id) {
        instance.append(id, 1, TestInstance.begun("create"));
        instance.append(id, 2, new Succeeded("create", Content.EMPTY));
        instance.append(id, 3, TestInstance.begun("reserve"));
        instance.append(id, 4, new Failed("reserve", NO));
        instance.append(id, 5, new Aborting(NO));
        instance.append(id, 6, new StepCompensating("reserve", 1, ""));
        instance.append(id, 7, new StepCompensated("reserve"));
        instance.append(id, 8, new Aborted());
        return id;
    }

    private Map<String, Object> row(SagaId id) {
        return sql.sql("""
                        SELECT id, order_saga_execution_id, order_saga_current_step, order_id, order_saga_payload, order_saga_status,
                            order_saga_state::text, order_saga_version, start_date, end_date
                        FROM order_saga_log WHERE id = ?""").param(id.value()).query().singleRow();
    }

    private void participant(SagaId saga, String step, @Nullable String undo) {
        sql.sql("INSERT INTO saga_participant (participant_id, saga_id, step, compensate_url) VALUES (?, ?, ?, ?)")
                .params(UUID.randomUUID(), saga.value(), step, undo)
                .update();
    }

    private static int loops(String line) {
        var loops = Pattern.compile("loops=(\\d+)").matcher(line);
        return loops.find() ? Integer.parseInt(loops.group(1)) : 0;
    }
}
