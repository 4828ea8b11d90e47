package org.bactrian.log;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who this process is to the others: a registered row that is its fence and its heartbeat. Registers, acknowledges and
 * checks on the writer's thread; may be asked from any.
 */
final class Instance {
    private static final String REGISTER = """
            WITH others AS (
                UPDATE router_instance SET dead = true WHERE NOT dead AND ? AND instance_id <> ?),
            before AS (
                INSERT INTO router_instance (instance_id, dead) SELECT i, true FROM (SELECT ? AS i, ? AS was) b WHERE was
                ON CONFLICT (instance_id) DO UPDATE SET dead = true)
            INSERT INTO router_instance (instance_id) VALUES (?) RETURNING pg_snapshot_xmin(pg_current_snapshot())::text""";
    private static final String CHECK = "SELECT batch, dead FROM router_instance WHERE instance_id = ?";

    /**
     * One registration. What it drives, nobody drove under this id before.
     *
     * @param firstXid every transaction below has ended before it
     */
    record Term(UUID id, String firstXid) {}

    /** What has become of a batch that the fence held back. */
    enum Fate {
        COMMITTED,
        NOT_COMMITTED,
        FENCED
    }

    private final LogSettings settings;
    private final LongSupplier nanos;
    private volatile @Nullable Term term;
    private volatile long steadySince;
    private volatile long lastCommit;
    private @Nullable UUID former;
    private long acknowledged;

    /** @param nanos a clock that only runs forward */
    Instance(LogSettings settings, LongSupplier nanos) {
        this.settings = settings;
        this.nanos = nanos;
    }

    /** Null: not registered, or not any more. */
    @Nullable Term term() {
        return term;
    }

    boolean is(Term asked) {
        return asked.equals(term);
    }

    /** Under a new id; the one before can write nothing any more, and what it owned can be claimed. */
    Term register(Connection connection) throws SQLException {
        UUID id = UUID.randomUUID();
        try (PreparedStatement statement = connection.prepareStatement(REGISTER)) {
            UUID before = former == null ? id : former;
            new Columns(statement)
                    .value(settings.alone())
                    .value(before)
                    .value(before)
                    .value(former != null)
                    .value(id);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                var registered = new Term(id, row.getString(1));
                former = id;
                acknowledged = 0;
                steadySince = nanos.getAsLong();
                lastCommit = steadySince;
                term = registered;
                return registered;
            }
        }
    }

    void forget() {
        term = null;
    }

    long nextBatch() {
        return acknowledged + 1;
    }

    void acknowledge() {
        acknowledged++;
        long now = nanos.getAsLong();
        if (now - lastCommit > settings.lease().toNanos()) {
            steadySince = now;
        }
        lastCommit = now;
    }

    /** A batch did not come through: others may not have come through either. */
    void interrupted() {
        steadySince = nanos.getAsLong();
    }

    /** Whether its own batches were committed for a whole lease: only then can another's silence mean that it is dead. */
    boolean isSteady() {
        long now = nanos.getAsLong();
        long lease = settings.lease().toNanos();
        return term != null
                && now - steadySince >= lease
                && now - lastCommit < Duration.ofNanos(lease).dividedBy(2).toNanos();
    }

    /** @param sent whether the next batch was sent before, without an answer */
    Fate check(Connection connection, boolean sent) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(CHECK)) {
            new Columns(statement).value(former == null ? new UUID(0, 0) : former);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next() || row.getBoolean("dead")) {
                    return Fate.FENCED;
                }
                long batch = row.getLong("batch");
                if (batch == nextBatch() && sent) {
                    return Fate.COMMITTED;
                }
                return batch == acknowledged ? Fate.NOT_COMMITTED : Fate.FENCED; // below: the database lost commits
            }
        }
    }
}
