package org.bactrian.log;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.bactrian.log.OwnedSaga.Entry;
import org.bactrian.saga.SagaId;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads sagas with all that is recorded of them. Blocks its thread; throws Spring's {@code DataAccessException}. */
public final class SagaReader {
    private static final String UNENDED = "SELECT saga_id FROM saga WHERE ended_at IS NULL ORDER BY saga_id";
    private static final String SAGAS =
            "SELECT saga_id, pipeline, business_key, deadline_at, claims FROM saga WHERE saga_id = ANY(:ids) ORDER BY saga_id";
    private static final String RECORDS =
            "SELECT saga_id, seq, kind, step, data, at FROM saga_record WHERE saga_id = ANY(:ids) ORDER BY saga_id, seq";
    private static final String SIGNALS = "SELECT saga_id, name, type, data FROM saga_signal WHERE saga_id = ANY(:ids)";

    private final JdbcClient sql;

    public SagaReader(DataSource database) {
        this.sql = JdbcClient.create(database);
    }

    /** What the times in the log were taken from. */
    public Instant now() {
        return sql.sql("SELECT clock_timestamp()")
                .query((row, number) -> instant(row, "clock_timestamp"))
                .single();
    }

    /** Of every saga that has not ended, oldest first. */
    public List<SagaId> unended() {
        return sql.sql(UNENDED).query((row, number) -> id(row)).list();
    }

    /** Those of them that there are, oldest first. */
    public List<OwnedSaga> read(List<SagaId> sagas) {
        UUID[] ids = sagas.stream().map(SagaId::value).toArray(UUID[]::new);
        var records = new LinkedHashMap<SagaId, List<Entry>>();
        var signals = new LinkedHashMap<SagaId, List<LoggedSignal>>();
        sql.sql(RECORDS).param("ids", ids).query(row -> {
            add(records, id(row), entry(row));
        });
        sql.sql(SIGNALS).param("ids", ids).query(row -> {
            add(signals, id(row), signal(row));
        });
        return sql.sql(SAGAS)
                .param("ids", ids)
                .query((row, number) -> new OwnedSaga(
                        id(row),
                        row.getString("pipeline"),
                        row.getString("business_key"),
                        row.getObject("deadline_at") == null ? null : instant(row, "deadline_at"),
                        row.getInt("claims"),
                        records.getOrDefault(id(row), List.of()),
                        signals.getOrDefault(id(row), List.of())))
                .list();
    }

    private static <T> void add(Map<SagaId, List<T>> all, SagaId saga, T one) {
        all.computeIfAbsent(saga, key -> new ArrayList<>()).add(one);
    }

    private static Entry entry(ResultSet row) throws SQLException {
        @Nullable String step = row.getString("step");
        return new Entry(
                row.getInt("seq"),
                RecordCodec.decode(row.getString("kind"), step, row.getBytes("data")),
                instant(row, "at"));
    }

    private static LoggedSignal signal(ResultSet row) throws SQLException {
        return new LoggedSignal(
                row.getString("name"), row.getString("type"), Forms.content(Forms.parse(row.getBytes("data"))));
    }

    private static SagaId id(ResultSet row) throws SQLException {
        return new SagaId(row.getObject("saga_id", UUID.class));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
