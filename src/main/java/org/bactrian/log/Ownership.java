package org.bactrian.log;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.bactrian.log.Instance.Term;
import org.bactrian.saga.Resumption;
import org.bactrian.saga.SagaId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The statements by which sagas change hands. Each change is a transaction of its own. */
final class Ownership {
    private static final Logger LOG = LoggerFactory.getLogger(Ownership.class);

    // Waits for a batch in flight, which holds the row; the row is looked at again then.
    private static final String DECLARE_DEAD = """
            UPDATE router_instance SET dead = true
            WHERE instance_id <> :me AND NOT dead
                AND heartbeat_at < clock_timestamp() - :leaseMillis * interval '1 millisecond'
                AND EXISTS (SELECT FROM router_instance WHERE instance_id = :me AND NOT dead)
            RETURNING instance_id""";
    private static final String INTERRUPTED = """
            SELECT saga_id FROM saga
            WHERE owner IS NULL AND ended_at IS NULL AND waits_since IS NULL AND (claims < :suspect OR parked IS NOT NULL)
            UNION ALL
            SELECT s.saga_id FROM router_instance i JOIN saga s ON s.owner = i.instance_id AND s.ended_at IS NULL
            WHERE i.dead AND (s.claims < :suspect OR s.parked IS NOT NULL)
            LIMIT :most""";
    private static final String SUSPECT = """
            SELECT saga_id FROM (
                SELECT saga_id, claims FROM saga
                WHERE owner IS NULL AND ended_at IS NULL AND waits_since IS NULL AND claims >= :suspect AND parked IS NULL
                UNION ALL
                SELECT s.saga_id, s.claims FROM router_instance i
                JOIN saga s ON s.owner = i.instance_id AND s.ended_at IS NULL
                WHERE i.dead AND s.claims >= :suspect AND s.parked IS NULL) s
            ORDER BY claims, saga_id LIMIT 1""";
    private static final String ON_PROBATION = """
            SELECT EXISTS (SELECT FROM saga
                WHERE saga_id = :id AND owner = :me AND ended_at IS NULL AND claims >= :suspect AND parked IS NULL)""";
    // A cancel and a join are not held by a pause; whoever takes the saga because of it records it, so that it does so
    // once.
    private static final String WAITING = """
            SELECT s.saga_id FROM saga s
            WHERE s.waits_since IS NOT NULL AND s.owner IS NULL AND s.ended_at IS NULL
                AND (NOT EXISTS (
                        SELECT FROM saga_pause p
                        WHERE (s.waits_for IS NULL AND p.kind = 'pipeline' AND p.name = s.pipeline)
                            OR (p.kind = 'step' AND p.name = split_part(s.waits_for, '#', 1)))
                    OR EXISTS (
                        SELECT FROM saga_signal g
                        WHERE g.saga_id = s.saga_id AND (g.name = 'operator/cancel'
                            OR (starts_with(g.name, 'record/begun/') AND NOT EXISTS (
                                SELECT FROM saga_record r
                                WHERE r.saga_id = g.saga_id AND r.step = substr(g.name, length('record/begun/') + 1))))))
            ORDER BY s.saga_id LIMIT :most""";
    private static final String COUNT = """
            SELECT count(*) FILTER (WHERE NOT held) AS ready, count(*) FILTER (WHERE held) AS held
            FROM (SELECT EXISTS (
                    SELECT FROM saga_pause p
                    WHERE (s.waits_for IS NULL AND p.kind = 'pipeline' AND p.name = s.pipeline)
                        OR (p.kind = 'step' AND p.name = split_part(s.waits_for, '#', 1))) AS held
                FROM saga s
                WHERE s.waits_since IS NOT NULL AND s.owner IS NULL AND s.ended_at IS NULL) w""";
    // The own row is locked so that nobody declares this instance dead while it takes sagas.
    private static final String CLAIM = """
            UPDATE saga s
            SET owner = me.instance_id, claims = s.claims + CASE WHEN s.owner IS NULL THEN 0 ELSE 1 END,
                deadline_at = s.deadline_at + coalesce(clock_timestamp() - s.waits_since, interval '0'),
                waits_since = NULL, waits_for = NULL
            FROM (SELECT instance_id FROM router_instance WHERE instance_id = :me AND NOT dead FOR SHARE) me,
                (SELECT saga_id FROM saga
                 WHERE saga_id = ANY(:ids::uuid[]) AND ended_at IS NULL
                    AND (owner IS NULL OR owner IN (SELECT instance_id FROM router_instance WHERE dead))
                 ORDER BY saga_id FOR UPDATE SKIP LOCKED) free
            WHERE s.saga_id = free.saga_id
            RETURNING s.saga_id""";
    private static final String SETTLE = "SELECT saga_id FROM saga WHERE saga_id = ANY(:ids::uuid[]) FOR UPDATE";
    private static final String FORGET = """
            DELETE FROM router_instance i
            WHERE dead AND heartbeat_at < clock_timestamp() - interval '1 day'
                AND NOT EXISTS (SELECT FROM saga WHERE owner = i.instance_id AND ended_at IS NULL)""";

    private final JdbcClient sql;
    private final TransactionTemplate transaction;

    Ownership(DataSource database) {
        this.sql = JdbcClient.create(database);
        this.transaction = new TransactionTemplate(new DataSourceTransactionManager(database));
    }

    /** Those that were silent for a whole lease, by the database's clock. */
    void declareDead(Term me, Duration lease) {
        sql.sql(DECLARE_DEAD)
                .param("me", me.id())
                .param("leaseMillis", lease.toMillis())
                .query(UUID.class)
                .list()
                .forEach(dead -> LOG.warn(
                        "instance {} has written nothing for {} ms and is declared dead: its sagas are taken over",
                        dead,
                        lease.toMillis()));
    }

    /** Sagas that were under way and that nobody drives, but for those that may be what ends routers. */
    List<SagaId> interrupted(int most) {
        return ids(sql.sql(INTERRUPTED).param("most", most).param("suspect", Resumption.SUSPECT_CLAIMS));
    }

    /** One of those: that of which the fewest routers have died. */
    Optional<SagaId> suspect() {
        return ids(sql.sql(SUSPECT).param("suspect", Resumption.SUSPECT_CLAIMS)).stream()
                .findFirst();
    }

    /** Whether this instance drives it and it has come no further yet. */
    boolean isOnProbation(SagaId suspect, Term me) {
        return sql.sql(ON_PROBATION)
                .param("id", suspect.value())
                .param("me", me.id())
                .param("suspect", Resumption.SUSPECT_CLAIMS)
                .query(Boolean.class)
                .single();
    }

    /** Sagas that wait in the log and that no pause holds, those that came first. */
    List<SagaId> waiting(int most) {
        return ids(sql.sql(WAITING).param("most", most));
    }

    /** How many wait in the log. */
    Waiting count() {
        return sql.sql(COUNT)
                .query((row, number) -> new Waiting(row.getInt("ready"), row.getInt("held")))
                .single();
    }

    /**
     * Sagas that wait in the log.
     *
     * @param held those that a pause holds
     */
    record Waiting(int ready, int held) {}

    /** Takes those of them that still nobody drives; the time limit of one that waited goes on from where it stood. */
    List<SagaId> claim(Collection<SagaId> sagas, Term me) {
        return Objects.requireNonNull(transaction.execute(
                begun -> ids(sql.sql(CLAIM).param("me", me.id()).param("ids", LogReader.arrayOf(sagas)))));
    }

    /** Returns when nothing that changes these sagas' rows is under way. */
    void settle(Collection<SagaId> sagas) {
        ids(sql.sql(SETTLE).param("ids", LogReader.arrayOf(sagas)));
    }

    /** Instances that are long dead and have nothing left. */
    void forgetDead() {
        sql.sql(FORGET).update();
    }

    private static List<SagaId> ids(StatementSpec asked) {
        return asked.query((row, number) -> new SagaId(row.getObject(1, UUID.class)))
                .list();
    }
}
