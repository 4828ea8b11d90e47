package org.bactrian.log;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.bactrian.saga.Tenure;
import org.bactrian.saga.Tenure.Fate;
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

    private final LogSettings settings;
    private final Tenure tenure;
    private volatile @Nullable Term term;
    private @Nullable UUID former;

    /** @param nanos a clock that only runs forward */
    Instance(LogSettings settings, LongSupplier nanos) {
        this.settings = settings;
        this.tenure = new Tenure(settings.lease(), nanos);
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
                tenure.begin();
                term = registered;
                return registered;
            }
        }
    }

    void forget() {
        term = null;
    }

    long nextBatch() {
        return tenure.nextBatch();
    }

    void acknowledge() {
        tenure.acknowledge();
    }

    void interrupted() {
        tenure.interrupted();
    }

    /** As {@link Tenure#isSteady}; never while it is not registered. */
    boolean isSteady() {
        return term != null && tenure.isSteady();
    }

    /** @param sent whether the next batch was sent before, without an answer */
    Fate check(Connection connection, boolean sent) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(CHECK)) {
            new Columns(statement).value(former == null ? new UUID(0, 0) : former);
            try (ResultSet row = statement.executeQuery()) {
                return tenure.fate(
                        row.next()
                                ? Optional.of(new Tenure.Row(row.getLong("batch"), row.getBoolean("dead")))
                                : Optional.empty(),
                        sent);
            }
        }
    }
}
