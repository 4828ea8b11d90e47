package org.bactrian.log;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/**
 * Archives, drops and forgets sagas that ended long ago, a few at a time: each call is three short transactions that lock
 * nothing of a running saga and skip what another instance is at. What is old is found by its id, which says when it was
 * submitted, so that running sagas pay for no further index.
 */
public final class SagaArchive {
    private static final Logger LOG = LoggerFactory.getLogger(SagaArchive.class);

    static final int SAGAS = 100;
    private static final int KEYS = 1_000;

    private static final String OLD = """
            WHERE saga_id < saga_id_at(now() - make_interval(secs => :seconds))
                AND ended_at < now() - make_interval(secs => :seconds)
                AND saga_id <> ALL(:unreadable::uuid[])
            ORDER BY saga_id LIMIT :most FOR UPDATE SKIP LOCKED""";
    private static final String MOVE = """
            WITH old AS MATERIALIZED (SELECT * FROM saga %s),
            archived AS (
                INSERT INTO saga_archive (saga_id, pipeline, business_key, status, failure, deadline_at, started_at, ended_at,
                    steps, records, signals, participants)
                SELECT s.saga_id, s.pipeline, s.business_key, s.status, s.failure, s.deadline_at, s.started_at, s.ended_at,
                    (SELECT coalesce(json_agg(to_json(t) ORDER BY t.place), '[]') FROM saga_step t WHERE t.saga_id = s.saga_id),
                    (SELECT coalesce(json_agg(json_build_object('seq', r.seq, 'kind', r.kind, 'step', r.step,
                            'data', saga_masked(r.data), 'at', r.at) ORDER BY r.seq), '[]')
                        FROM saga_record r WHERE r.saga_id = s.saga_id),
                    (SELECT coalesce(json_agg(json_build_object('name', g.name, 'type', g.type,
                            'data', saga_masked(g.data), 'receivedAt', g.received_at) ORDER BY g.received_at, g.name), '[]')
                        FROM saga_signal g WHERE g.saga_id = s.saga_id),
                    (SELECT coalesce(json_agg(to_json(p) ORDER BY p.joined_at), '[]')
                        FROM saga_participant p WHERE p.saga_id = s.saga_id)
                FROM old s),
            records_gone AS (DELETE FROM saga_record WHERE saga_id = ANY(ARRAY(SELECT saga_id FROM old))),
            signals_gone AS (DELETE FROM saga_signal WHERE saga_id = ANY(ARRAY(SELECT saga_id FROM old))),
            participants_gone AS (DELETE FROM saga_participant WHERE saga_id = ANY(ARRAY(SELECT saga_id FROM old)))
            DELETE FROM saga WHERE saga_id = ANY(ARRAY(SELECT saga_id FROM old))""";
    static final String ARCHIVE = MOVE.formatted(OLD);
    private static final String ARCHIVE_ONE =
            MOVE.formatted("WHERE saga_id = :id AND ended_at IS NOT NULL FOR UPDATE SKIP LOCKED");
    private static final String FIRST = "SELECT saga_id FROM saga " + OLD;
    private static final String DROP = """
            WITH old AS MATERIALIZED (
                SELECT saga_id, pipeline, business_key, status FROM saga_archive
                WHERE saga_id < saga_id_at(now() - make_interval(secs => :seconds))
                    AND ended_at < now() - make_interval(secs => :seconds)
                ORDER BY saga_id LIMIT :most FOR UPDATE SKIP LOCKED),
            key_left AS (
                UPDATE saga_key k SET ended_as = old.status FROM old
                WHERE k.pipeline = old.pipeline AND k.business_key = old.business_key AND k.saga_id = old.saga_id)
            DELETE FROM saga_archive WHERE saga_id = ANY(ARRAY(SELECT saga_id FROM old))""";
    private static final String FORGET = """
            WITH old AS MATERIALIZED (
                SELECT pipeline, business_key FROM saga_key
                WHERE ended_as IS NOT NULL AND saga_id < saga_id_at(now() - make_interval(secs => :seconds))
                ORDER BY saga_id LIMIT :most FOR UPDATE SKIP LOCKED)
            DELETE FROM saga_key k USING old WHERE k.pipeline = old.pipeline AND k.business_key = old.business_key""";

    private final JdbcClient sql;
    private final ArchiveAges ages;
    private final Set<UUID> unreadable = ConcurrentHashMap.newKeySet();

    /** @param ages on the database's clock, but that of ids, which is their instance's */
    public SagaArchive(DataSource log, ArchiveAges ages) {
        this.sql = JdbcClient.create(log);
        this.ages = ages;
    }

    /**
     * Returns how many sagas and keys were moved or are gone; zero when there is nothing left to do now. Throws Spring's
     * {@code DataAccessException}; what the failed transaction was to do is then done by a later call. A saga whose records cannot be
     * read stays where it is, which is said once.
     */
    public int next() {
        return ages.live().map(this::archive).orElse(0)
                + some(DROP, ages.archived(), SAGAS)
                + some(FORGET, ages.key(), KEYS);
    }

    private int archive(Duration older) {
        try {
            return old(ARCHIVE, older, SAGAS).update();
        } catch (DataAccessException e) {
            requireUnreadable(e);
            return oneByOne(older);
        }
    }

    /** One saga that cannot be read must not hold up the others; which one it is, is known before it is read. */
    private int oneByOne(Duration older) {
        int done = 0;
        while (done < SAGAS) {
            Optional<UUID> saga = old(FIRST, older, 1).query(UUID.class).optional();
            if (saga.isEmpty()) {
                break;
            }
            try {
                int moved = sql.sql(ARCHIVE_ONE).param("id", saga.get()).update();
                if (moved == 0) {
                    break; // another instance is at the same sagas
                }
                done += moved;
            } catch (DataAccessException e) {
                requireUnreadable(e);
                passOver(saga.get(), e);
            }
        }
        return done;
    }

    private void passOver(UUID saga, DataAccessException why) {
        unreadable.add(saga);
        LOG.error(
                "saga {} is not archived, nor will be until this process starts again: its records cannot be read",
                saga,
                why);
    }

    private static void requireUnreadable(DataAccessException error) {
        if (!(error.getRootCause() instanceof SQLException cause) || SqlFailure.of(cause) != SqlFailure.BAD_ROW) {
            throw error;
        }
    }

    private StatementSpec old(String statement, Duration older, int most) {
        return sql.sql(statement)
                .param("seconds", older.toSeconds())
                .param("most", most)
                .param("unreadable", LogReader.array(unreadable));
    }

    private int some(String statement, Optional<Duration> age, int most) {
        return age.map(older -> sql.sql(statement)
                        .param("seconds", older.toSeconds())
                        .param("most", most)
                        .update())
                .orElse(0);
    }
}
