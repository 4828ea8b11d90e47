package org.bactrian.log;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.bactrian.saga.LoggedSignal;
import org.bactrian.saga.OwnedSaga;
import org.bactrian.saga.OwnedSaga.Entry;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaStatus;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;

/** Reads the log; blocks, and throws Spring's {@code DataAccessException} when the database cannot be asked. */
final class LogReader {
    private static final String SAGAS = """
            SELECT saga_id, pipeline, business_key, deadline_at, claims FROM saga
            WHERE saga_id = ANY(?::uuid[]) AND owner = ? AND ended_at IS NULL ORDER BY saga_id""";
    private static final String RECORDS = """
            SELECT saga_id, seq, kind, step, data, at FROM saga_record WHERE saga_id = ANY(?::uuid[]) ORDER BY saga_id, seq""";
    private static final String KNOWN = """
            SELECT k.saga_id, k.body_hash, coalesce(k.ended_as, s.status) AS status
            FROM saga_key k LEFT JOIN saga_known s ON s.saga_id = k.saga_id
            WHERE k.pipeline = ? AND k.business_key = ? AND coalesce(k.ended_as, s.status) IS NOT NULL""";
    private static final String SIGNALS = """
            SELECT saga_id, name, type, data FROM saga_signal WHERE saga_id = ANY(?::uuid[]) ORDER BY saga_id, received_at, name""";

    private final JdbcClient sql;

    LogReader(DataSource database) {
        this.sql = JdbcClient.create(database);
    }

    Optional<SagaStatus> status(SagaId id) {
        return sql.sql("SELECT status FROM saga_known WHERE saga_id = ?")
                .param(id.value())
                .query(String.class)
                .optional()
                .map(SagaStatus::valueOf);
    }

    /** Empty if nothing was submitted under this key, or it is forgotten. */
    Optional<Known> known(String pipeline, String key) {
        return sql.sql(KNOWN)
                .param(pipeline)
                .param(key)
                .query((row, number) -> new Known(
                        new SagaId(row.getObject("saga_id", UUID.class)),
                        SagaStatus.valueOf(row.getString("status")),
                        row.getBytes("body_hash")))
                .optional();
    }

    /** @param bodyHash of what was submitted */
    @SuppressWarnings("ArrayRecordComponent") // taken apart, never compared
    record Known(SagaId id, SagaStatus status, byte[] bodyHash) {}

    boolean hasBegun(SagaId id, String step) {
        return sql.sql("SELECT EXISTS (SELECT FROM saga_record WHERE saga_id = ? AND step = ? AND kind = 'begun')")
                .param(id.value())
                .param(step)
                .query(Boolean.class)
                .single();
    }

    List<LoggedSignal> signals(SagaId id) {
        return sql.sql(SIGNALS)
                .param(arrayOf(List.of(id)))
                .query((row, number) -> signal(row.getString("name"), row))
                .list();
    }

    Instant now() {
        return sql.sql("SELECT clock_timestamp()")
                .query((row, number) -> row.getTimestamp(1).toInstant())
                .single();
    }

    /** Of these those that are the owner's and have not ended, whole. */
    List<OwnedSaga> owned(Collection<SagaId> ids, UUID owner) {
        SqlArrayValue asked = arrayOf(ids);
        Map<UUID, List<Entry>> records = new HashMap<>();
        sql.sql(RECORDS).param(asked).query(row -> {
            add(records, row, entry(row));
        });
        Map<UUID, List<LoggedSignal>> signals = new HashMap<>();
        sql.sql(SIGNALS).param(asked).query(row -> {
            add(signals, row, signal(row.getString("name"), row));
        });
        return sql.sql(SAGAS)
                .param(asked)
                .param(owner)
                .query((row, number) -> saga(row, records, signals))
                .list();
    }

    /** As a parameter; text would be parsed anew for every row that it is compared with. */
    static SqlArrayValue array(Collection<UUID> ids) {
        return new SqlArrayValue("uuid", ids.toArray());
    }

    static SqlArrayValue arrayOf(Collection<SagaId> ids) {
        return array(ids.stream().map(SagaId::value).toList());
    }

    static LoggedSignal signal(String name, ResultSet row) throws SQLException {
        return new LoggedSignal(name, row.getString("type"), Forms.content(Forms.parse(row.getBytes("data"))));
    }

    private static OwnedSaga saga(ResultSet row, Map<UUID, List<Entry>> records, Map<UUID, List<LoggedSignal>> signals)
            throws SQLException {
        UUID id = row.getObject("saga_id", UUID.class);
        return new OwnedSaga(
                new SagaId(id),
                row.getString("pipeline"),
                row.getString("business_key"),
                instant(row.getTimestamp("deadline_at")),
                row.getInt("claims"),
                records.getOrDefault(id, List.of()),
                signals.getOrDefault(id, List.of()));
    }

    private static Entry entry(ResultSet row) throws SQLException {
        return new Entry(
                row.getInt("seq"),
                RecordCodec.decode(row.getString("kind"), row.getString("step"), row.getBytes("data")),
                row.getTimestamp("at").toInstant());
    }

    private static <T> void add(Map<UUID, List<T>> lists, ResultSet row, T value) throws SQLException {
        lists.computeIfAbsent(row.getObject("saga_id", UUID.class), id -> new ArrayList<>())
                .add(value);
    }

    private static @Nullable Instant instant(@Nullable Timestamp time) {
        return time == null ? null : time.toInstant();
    }
}
