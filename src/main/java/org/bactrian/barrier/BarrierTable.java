package org.bactrian.barrier;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.Map;
import javax.sql.DataSource;
import org.bactrian.barrier.History.Entry;
import org.bactrian.saga.Call;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The rows of {@code saga_barrier}, within the caller's transaction. The action's row is the lock of its step: every
 * call inserts or locks it first, so that two calls of one step wait for each other. Right under READ COMMITTED,
 * PostgreSQL's default; stricter levels only cost retries.
 */
final class BarrierTable {
    private static final String INSERT = """
            INSERT INTO saga_barrier (saga_id, step, call, outcome, answer, content_type)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (saga_id, step, call) DO NOTHING
            """;
    private static final String UPDATE = """
            UPDATE saga_barrier SET outcome = ?, answer = ?, content_type = ?
            WHERE saga_id = ? AND step = ? AND call = ?
            """;
    private static final String LOCK = """
            SELECT FROM saga_barrier WHERE saga_id = ? AND step = ? AND call = 'action' FOR UPDATE
            """;
    private static final String READ = """
            SELECT call, outcome, answer, content_type FROM saga_barrier WHERE saga_id = ? AND step = ?
            """;

    private final JdbcTemplate jdbc;

    BarrierTable(DataSource database) {
        this.jdbc = new JdbcTemplate(database);
    }

    /** Makes later calls of the step wait for this transaction, and tells what earlier ones have left behind. */
    History enter(BarrierKey key) {
        boolean first = switch (key.call()) {
            case ACTION -> insert(key, Call.ACTION, Outcome.APPLIED, Answer.NONE);
            case COMPENSATION -> insert(key, Call.ACTION, Outcome.NOTHING, Answer.NONE);
            case COMPLETION -> false;
        };
        if (first) {
            return History.EMPTY;
        }
        jdbc.query(LOCK, row -> {}, key.saga(), key.step());
        return read(key);
    }

    /** Records what the call left behind. */
    void record(BarrierKey key, Outcome outcome, Answer answer) {
        boolean written =
                key.call() == Call.ACTION ? update(key, outcome, answer) : insert(key, key.call(), outcome, answer);
        if (!written) {
            throw new IllegalStateException("saga_barrier must have one row for the %s".formatted(key));
        }
    }

    private boolean insert(BarrierKey key, Call call, Outcome outcome, Answer answer) {
        return jdbc.update(
                        INSERT,
                        key.saga(),
                        key.step(),
                        call.header(),
                        outcome.word(),
                        answer.body(),
                        answer.contentType())
                == 1;
    }

    private boolean update(BarrierKey key, Outcome outcome, Answer answer) {
        return jdbc.update(
                        UPDATE,
                        outcome.word(),
                        answer.body(),
                        answer.contentType(),
                        key.saga(),
                        key.step(),
                        key.call().header())
                == 1;
    }

    private History read(BarrierKey key) {
        Map<Call, Entry> entries = new EnumMap<>(Call.class);
        jdbc.query(
                READ,
                row -> {
                    String word = row.getString("call");
                    Call call = Call.of(word)
                            .orElseThrow(
                                    () -> new IllegalStateException("saga_barrier.call must be a call; is " + word));
                    entries.put(call, new Entry(Outcome.of(row.getString("outcome")), answer(row)));
                },
                key.saga(),
                key.step());
        return new History(entries);
    }

    private static Answer answer(ResultSet row) throws SQLException {
        return new Answer(row.getBytes("answer"), row.getString("content_type"));
    }
}
