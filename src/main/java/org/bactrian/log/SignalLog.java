package org.bactrian.log;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import javax.sql.DataSource;
import org.bactrian.saga.SagaId;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Signals on disk: one per saga and name, the first counts. */
public final class SignalLog {
    private static final String INSERT = """
            INSERT INTO saga_signal (saga_id, name, type, data)
            SELECT saga_id, :name, :type, :data FROM saga WHERE saga_id = :id AND ended_at IS NULL
            ON CONFLICT (saga_id, name) DO NOTHING""";
    private static final String HAS_ENDED = "SELECT ended_at IS NOT NULL FROM saga WHERE saga_id = :id";
    private static final String FIND = "SELECT name, type, data FROM saga_signal WHERE saga_id = :id";

    private final JdbcClient sql;
    private final Executor pool;

    /** @param pool runs the statements and completes the futures */
    public SignalLog(DataSource database, Executor pool) {
        this.sql = JdbcClient.create(database);
        this.pool = pool;
    }

    /** Completes once the answer is on disk, or with Spring's {@code DataAccessException}: then it can be sent again. */
    public CompletableFuture<SignalOutcome> signal(SagaId saga, LoggedSignal signal) {
        return CompletableFuture.supplyAsync(() -> store(saga, signal), pool);
    }

    /**
     * All of the saga. Blocks its thread.
     *
     * @throws org.springframework.dao.DataAccessException if the database cannot be asked
     */
    public List<LoggedSignal> of(SagaId saga) {
        return sql.sql(FIND)
                .param("id", saga.value())
                .query((row, number) -> new LoggedSignal(
                        row.getString("name"), row.getString("type"), Forms.content(Forms.parse(row.getBytes("data")))))
                .list();
    }

    private SignalOutcome store(SagaId saga, LoggedSignal signal) {
        int stored = sql.sql(INSERT)
                .param("id", saga.value())
                .param("name", signal.name())
                .param("type", signal.type())
                .param("data", Forms.bytes(Forms.of(signal.content())))
                .update();
        if (stored == 1) {
            return SignalOutcome.STORED;
        }
        return sql.sql(HAS_ENDED)
                .param("id", saga.value())
                .query(Boolean.class)
                .optional()
                .map(ended -> ended ? SignalOutcome.ENDED : SignalOutcome.REPEATED)
                .orElse(SignalOutcome.UNKNOWN_SAGA);
    }
}
