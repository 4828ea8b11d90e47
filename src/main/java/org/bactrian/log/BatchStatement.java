package org.bactrian.log;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    private final Connection connection;
    private final Map<BatchSql, PreparedStatement> statements = new HashMap<>();

    /** What it prepares lives as long as the connection, which belongs to the caller. */
    BatchStatement(Connection connection) {
        this.connection = connection;
    }

    /** Empty if the fence does not stand; then nothing was written. */
    Optional<Answer> write(Batch batch, UUID instance, long number) throws SQLException {
        BatchSql sql = BatchSql.of(batch);
        PreparedStatement statement = prepared(sql);
        Columns columns = new Columns(statement).value(number).value(instance).value(number - 1);
        if (sql.submits()) {
            submits(columns, batch);
        }
        if (sql.records()) {
            records(columns, batch);
        }
        if (sql.retries()) {
            columns.uuids(
                    batch.appends().stream().filter(Entry.Append::isRetry).toList(),
                    append -> append.saga().value());
        }
        if (sql.signals()) {
            columns.uuids(batch.signals(), say -> say.saga().value())
                    .texts(batch.signals(), say -> say.signal().name())
                    .texts(batch.signals(), say -> say.signal().type())
                    .bytes(batch.signals(), Entry.Say::data);
        }
        try (ResultSet row = statement.executeQuery()) {
            return row.next() ? Optional.of(answer(row)) : Optional.empty();
        }
    }

    private PreparedStatement prepared(BatchSql sql) throws SQLException {
        PreparedStatement known = statements.get(sql);
        if (known != null) {
            return known;
        }
        PreparedStatement statement = connection.prepareStatement(sql.text());
        statement.unwrap(PGStatement.class).setPrepareThreshold(1);
        statements.put(sql, statement);
        return statement;
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
                .longs(sagas, saga -> saga.limit() == null ? null : saga.limit().toMillis())
                .flags(batch.submits(), Entry.Submit::waits);
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
