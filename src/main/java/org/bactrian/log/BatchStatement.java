package org.bactrian.log;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.bactrian.log.Answer.SignalKey;
import org.bactrian.log.NewSaga.Submission;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGStatement;

/**
 * Writes a batch in one round trip and one commit, or nothing of it if the fence does not stand: the row of this
 * instance, alive and at the batch before this one. So a batch is written once, however often it is sent.
 */
final class BatchStatement {
    // The plan is made once, on tables that may be empty: IS NOT DISTINCT FROM and coalesce keep it from reading all
    // sagas
    // that run, by their index, instead of those that are asked for; IS TRUE has ids looked up in a hash, where a
    // semi-join would compare each with each.
    private static final String SQL = """
            WITH fence AS (
                UPDATE router_instance SET batch = ?, heartbeat_at = clock_timestamp()
                WHERE instance_id = ? AND batch = ? AND NOT dead
                RETURNING instance_id),
            key_new AS (
                INSERT INTO saga_key (pipeline, business_key, saga_id, body_hash)
                SELECT i.pipeline, i.business_key, i.saga_id, i.body_hash
                FROM fence, unnest(?, ?, ?, ?) i(pipeline, business_key, saga_id, body_hash)
                ON CONFLICT (pipeline, business_key) DO NOTHING
                RETURNING saga_id),
            saga_new AS (
                INSERT INTO saga (saga_id, pipeline, business_key, status, deadline_at, owner)
                SELECT i.saga_id, i.pipeline, i.business_key, 'STARTED',
                    clock_timestamp() + i.limit_millis * interval '1 millisecond', f.instance_id
                FROM fence f, unnest(?, ?, ?, ?) i(saga_id, pipeline, business_key, limit_millis)
                WHERE i.business_key IS NULL OR i.saga_id IN (SELECT saga_id FROM key_new)
                ON CONFLICT (saga_id) DO NOTHING
                RETURNING saga_id),
            payload_new AS (
                INSERT INTO saga_record (saga_id, seq, kind, data)
                SELECT i.saga_id, 0, 'payload', i.data
                FROM unnest(?, ?) i(saga_id, data)
                WHERE (i.saga_id IN (SELECT saga_id FROM saga_new)) IS TRUE),
            record_in AS MATERIALIZED (
                SELECT i.*, s.saga_id IS NOT NULL OR i.saga_id IN (SELECT saga_id FROM saga_new) AS mine,
                    s.ended_at IS NULL OR NOT i.changes AS open
                FROM fence f
                CROSS JOIN unnest(?, ?, ?, ?, ?, ?) WITH ORDINALITY i(saga_id, seq, kind, step, data, changes, n)
                LEFT JOIN saga s ON s.saga_id = i.saga_id AND s.owner IS NOT DISTINCT FROM f.instance_id),
            record_new AS (
                INSERT INTO saga_record (saga_id, seq, kind, step, data)
                SELECT saga_id, seq, kind, step, data FROM record_in WHERE mine AND open),
            saga_changed AS (
                UPDATE saga s
                SET status = coalesce(i.status, s.status), failure = coalesce(i.failure, s.failure),
                    parked = coalesce(i.parked, s.parked), claims = 0,
                    ended_at = CASE WHEN i.status IN ('COMPLETED', 'ABORTED') THEN clock_timestamp() END
                FROM fence f, unnest(?, ?, ?, ?) i(saga_id, status, failure, parked)
                WHERE s.saga_id = i.saga_id AND s.owner IS NOT DISTINCT FROM f.instance_id
                    AND coalesce(s.ended_at, 'infinity') = 'infinity'
                    AND (i.status IS NOT NULL OR i.parked IS NOT NULL OR s.claims > 0)),
            signal_new AS (
                INSERT INTO saga_signal (saga_id, name, type, data, told)
                SELECT i.saga_id, i.name, i.type, i.data, CASE WHEN s.owner = f.instance_id THEN s.owner END
                FROM fence f CROSS JOIN unnest(?, ?, ?, ?) i(saga_id, name, type, data) JOIN saga s USING (saga_id)
                WHERE coalesce(s.ended_at, 'infinity') = 'infinity'
                ON CONFLICT (saga_id, name) DO NOTHING
                RETURNING saga_id, name, told),
            notified AS MATERIALIZED (
                SELECT pg_notify('saga_signal_' || o.owner, '')
                FROM (SELECT DISTINCT s.owner FROM signal_new n JOIN saga s USING (saga_id)
                      WHERE n.told IS NULL AND s.owner IS NOT NULL) o)
            SELECT (SELECT array_agg(saga_id) FROM saga_new) AS entered,
                (SELECT array_agg(n::integer) FROM record_in WHERE NOT mine) AS not_mine,
                (SELECT array_agg(n::integer) FROM record_in WHERE mine AND NOT open) AS late,
                g.sagas, g.names, g.owned
            FROM fence, (SELECT array_agg(saga_id) AS sagas, array_agg(name) AS names, array_agg(told IS NOT NULL) AS owned
                         FROM signal_new) g, (SELECT count(*) FROM notified) c""";

    private final PreparedStatement statement;

    /** The statement lives as long as the connection, which belongs to the caller. */
    BatchStatement(Connection connection) throws SQLException {
        statement = connection.prepareStatement(SQL);
        statement.unwrap(PGStatement.class).setPrepareThreshold(1);
    }

    /** Empty if the fence does not stand; then nothing was written. */
    Optional<Answer> write(Batch batch, UUID instance, long number) throws SQLException {
        Columns columns = new Columns(statement).value(number).value(instance).value(number - 1);
        submits(columns, batch);
        records(columns, batch);
        columns.uuids(batch.signals(), say -> say.saga().value())
                .texts(batch.signals(), say -> say.signal().name())
                .texts(batch.signals(), say -> say.signal().type())
                .bytes(batch.signals(), Entry.Say::data);
        try (ResultSet row = statement.executeQuery()) {
            return row.next() ? Optional.of(answer(row)) : Optional.empty();
        }
    }

    private static void submits(Columns columns, Batch batch) throws SQLException {
        List<NewSaga> sagas =
                batch.submits().stream().map(Entry.Submit::entered).toList();
        List<NewSaga> keyed =
                sagas.stream().filter(saga -> saga.submission() != null).toList();
        List<Entry.Submit> paid = batch.submits().stream()
                .filter(submit -> submit.payload() != null)
                .toList();
        columns.texts(keyed, NewSaga::pipeline)
                .texts(keyed, BatchStatement::key)
                .uuids(keyed, saga -> saga.id().value())
                .bytes(keyed, BatchStatement::hash);
        columns.uuids(sagas, saga -> saga.id().value())
                .texts(sagas, NewSaga::pipeline)
                .texts(sagas, BatchStatement::key)
                .longs(sagas, saga -> saga.limit() == null ? null : saga.limit().toMillis());
        columns.uuids(paid, submit -> submit.saga().value()).bytes(paid, Entry.Submit::payload);
    }

    private static void records(Columns columns, Batch batch) throws SQLException {
        List<Entry.Append> appends = batch.appends();
        columns.uuids(appends, append -> append.saga().value())
                .integers(appends, Entry.Append::seq)
                .texts(appends, append -> append.row().kind())
                .texts(appends, append -> append.row().step())
                .bytes(appends, append -> append.row().data())
                .flags(appends, Entry.Append::changesSaga);
        List<Batch.Change> changes = batch.changes();
        columns.uuids(changes, change -> change.saga().value())
                .texts(
                        changes,
                        change ->
                                change.status() == null ? null : change.status().name())
                .texts(changes, Batch.Change::failure)
                .texts(changes, Batch.Change::parked);
    }

    private static @Nullable String key(NewSaga saga) {
        Submission submission = saga.submission();
        return submission == null ? null : submission.key();
    }

    private static byte @Nullable [] hash(NewSaga saga) {
        Submission submission = saga.submission();
        return submission == null ? null : submission.bodyHash();
    }

    private static Answer answer(ResultSet row) throws SQLException {
        var stored = new HashMap<SignalKey, Boolean>();
        List<UUID> sagas = Columns.list(row.getArray("sagas"), UUID.class);
        List<String> names = Columns.list(row.getArray("names"), String.class);
        List<Boolean> owned = Columns.list(row.getArray("owned"), Boolean.class);
        for (int i = 0; i < sagas.size(); i++) {
            stored.put(new SignalKey(sagas.get(i), names.get(i)), owned.get(i));
        }

        return new Answer(
                Columns.set(row.getArray("entered"), UUID.class),
                Columns.set(row.getArray("not_mine"), Integer.class),
                Columns.set(row.getArray("late"), Integer.class),
                stored);
    }
}
