package org.bactrian.log;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.bactrian.log.NewSaga.Submission;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaRecord;
import org.bactrian.saga.SagaStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The saga log on PostgreSQL, one commit per call: when a method returns, what it says is on disk. Blocks its thread;
 * every method throws Spring's {@code DataAccessException} when the database cannot be asked, and nothing was written then.
 */
public final class SagaLog {
    private static final String INSERT_KEY = """
            INSERT INTO saga_key (pipeline, business_key, saga_id, body_hash) VALUES (:pipeline, :key, :id, :hash)
            ON CONFLICT (pipeline, business_key) DO NOTHING""";
    private static final String FIND_KEY = """
            SELECT k.saga_id, k.body_hash, s.status FROM saga_key k JOIN saga s USING (saga_id)
            WHERE k.pipeline = :pipeline AND k.business_key = :key""";
    private static final String INSERT_SAGA = """
            INSERT INTO saga (saga_id, pipeline, business_key, status, deadline_at)
            VALUES (:id, :pipeline, :key, 'STARTED', clock_timestamp() + :limitMillis * interval '1 millisecond')""";
    private static final String INSERT_RECORD =
            "INSERT INTO saga_record (saga_id, seq, kind, step, data) VALUES (:id, :seq, :kind, :step, :data)";
    private static final String SET_STATUS = """
            UPDATE saga SET status = :status, failure = coalesce(:failure, failure),
                ended_at = CASE WHEN :ended THEN clock_timestamp() END
            WHERE saga_id = :id AND ended_at IS NULL""";
    private static final String SET_PARKED =
            "UPDATE saga SET parked = :reason WHERE saga_id = :id AND ended_at IS NULL";
    private static final String PARK_UNFINISHED = """
            WITH parked AS (
                UPDATE saga SET parked = :reason WHERE ended_at IS NULL AND parked IS NULL RETURNING saga_id)
            INSERT INTO saga_record (saga_id, seq, kind, data)
            SELECT p.saga_id, 1 + (SELECT coalesce(max(r.seq), 0) FROM saga_record r WHERE r.saga_id = p.saga_id), 'parked', :data
            FROM parked p""";

    private final JdbcClient sql;
    private final TransactionTemplate transaction;

    public SagaLog(DataSource database) {
        this.sql = JdbcClient.create(database);
        this.transaction = new TransactionTemplate(new DataSourceTransactionManager(database));
    }

    /**
     * Enters a saga, or finds the one that has its key.
     *
     * @throws KeyTaken if the key's saga was submitted with another body
     */
    public Submitted submit(NewSaga saga) {
        return inTransaction(() -> {
            Submission submission = saga.submission();
            if (submission != null && !insertKey(saga, submission)) {
                return existing(saga, submission);
            }
            sql.sql(INSERT_SAGA)
                    .param("id", saga.id().value())
                    .param("pipeline", saga.pipeline())
                    .param("key", submission == null ? null : submission.key())
                    .param(
                            "limitMillis",
                            saga.limit() == null ? null : saga.limit().toMillis())
                    .update();
            if (submission != null) {
                insert(saga.id(), 0, new SagaRecord.Payload(submission.payload()));
            }
            return new Submitted(saga.id(), SagaStatus.STARTED, true);
        });
    }

    /** Appends one record of the saga's owner and, if it says so, changes the saga's status in the same commit. */
    public void append(SagaId id, int seq, SagaRecord record) {
        inTransaction(() -> {
            insert(id, seq, record);
            if (record instanceof SagaRecord.Parked parked) {
                one(
                        id,
                        sql.sql(SET_PARKED)
                                .param("reason", parked.reason())
                                .param("id", id.value())
                                .update());
            } else {
                statusAfter(record).ifPresent(status -> setStatus(id, status, record));
            }
            return id;
        });
    }

    /** Empty if there is no such saga. */
    public Optional<SagaStatus> status(SagaId id) {
        return sql.sql("SELECT status FROM saga WHERE saga_id = :id")
                .param("id", id.value())
                .query(String.class)
                .optional()
                .map(SagaStatus::valueOf);
    }

    /**
     * Parks every saga that has not ended, except those that are parked already.
     *
     * @return how many
     */
    public int parkUnfinished(String reason) {
        byte[] data = RecordCodec.encode(new SagaRecord.Parked(reason)).data();
        return inTransaction(() -> sql.sql(PARK_UNFINISHED)
                .param("reason", reason)
                .param("data", data)
                .update());
    }

    private boolean insertKey(NewSaga saga, Submission submission) {
        return sql.sql(INSERT_KEY)
                        .param("pipeline", saga.pipeline())
                        .param("key", submission.key())
                        .param("id", saga.id().value())
                        .param("hash", submission.bodyHash())
                        .update()
                == 1;
    }

    private Submitted existing(NewSaga saga, Submission submission) {
        return sql.sql(FIND_KEY)
                .param("pipeline", saga.pipeline())
                .param("key", submission.key())
                .query((row, number) -> {
                    if (!Arrays.equals(row.getBytes("body_hash"), submission.bodyHash())) {
                        throw new KeyTaken(saga.pipeline(), submission.key());
                    }
                    SagaId id = SagaId.of(row.getString("saga_id"));
                    SagaStatus status = SagaStatus.valueOf(row.getString("status"));
                    return new Submitted(id, status, id.equals(saga.id())); // ours: its commit went unanswered before
                })
                .single();
    }

    private void insert(SagaId id, int seq, SagaRecord record) {
        RecordCodec.Row row = RecordCodec.encode(record);
        sql.sql(INSERT_RECORD)
                .param("id", id.value())
                .param("seq", seq)
                .param("kind", row.kind())
                .param("step", row.step())
                .param("data", row.data())
                .update();
    }

    private void setStatus(SagaId id, SagaStatus status, SagaRecord record) {
        int changed = sql.sql(SET_STATUS)
                .param("status", status.name())
                .param(
                        "failure",
                        record instanceof SagaRecord.Aborting aborting
                                ? aborting.failure().toString()
                                : null)
                .param("ended", status.isEnd())
                .param("id", id.value())
                .update();
        one(id, changed);
    }

    private static Optional<SagaStatus> statusAfter(SagaRecord record) {
        if (record instanceof SagaRecord.Completing) {
            return Optional.of(SagaStatus.COMPLETING);
        } else if (record instanceof SagaRecord.Completed) {
            return Optional.of(SagaStatus.COMPLETED);
        } else if (record instanceof SagaRecord.Aborting) {
            return Optional.of(SagaStatus.ABORTING);
        } else if (record instanceof SagaRecord.Aborted) {
            return Optional.of(SagaStatus.ABORTED);
        }
        return Optional.empty();
    }

    private static void one(SagaId id, int changed) {
        if (changed != 1) {
            throw new IllegalStateException(
                    "saga %s: exactly one unfinished saga must change, %d did".formatted(id, changed));
        }
    }

    private <T> T inTransaction(Supplier<T> work) {
        T result = transaction.execute(status -> work.get());
        if (result == null) {
            throw new IllegalStateException("a transaction of the saga log gave nothing back");
        }
        return result;
    }
}
