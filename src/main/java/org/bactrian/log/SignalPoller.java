package org.bactrian.log;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.bactrian.log.Answer.SignalKey;
import org.bactrian.log.Instance.Term;
import org.bactrian.saga.SagaId;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds, on a thread and a connection of its own, signals to this instance's sagas that another one wrote: woken by a
 * notification, and now and then without one. Transactions commit in any order, so it looks again from the oldest that
 * was still running when it looked last.
 */
final class SignalPoller implements Runnable {
    /** The channel on which is said that sagas are nobody's. */
    static final String RELEASED = "saga_released";

    private static final long UNREGISTERED_MILLIS = 20;
    private static final Logger LOG = LoggerFactory.getLogger(SignalPoller.class);
    private static final String NEW = """
            SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS running, g.saga_id, g.name, g.xid >= pg_snapshot_xmin(pg_current_snapshot()) AS again
            FROM (SELECT) one LEFT JOIN (
                SELECT g.saga_id, g.name, g.xid FROM saga_signal g JOIN saga s USING (saga_id)
                WHERE g.told IS NULL AND g.xid >= ?::text::xid8 AND s.owner IS NOT DISTINCT FROM ? AND coalesce(s.ended_at, 'infinity') = 'infinity') g ON true""";
    private static final String CONTENT = """
            SELECT saga_id, name, type, data FROM unnest(?, ?) i(saga_id, name) JOIN saga_signal USING (saga_id, name)""";

    private final LogSettings settings;
    private final Instance instance;
    private final LogConnections connections;
    private final Announcements announcements;
    private final Claims claims;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile @Nullable Connection connection;
    private @Nullable Term heard;
    private String from = "0";
    private Set<SignalKey> told = Set.of();

    SignalPoller(
            LogSettings settings,
            Instance instance,
            LogConnections connections,
            Announcements announcements,
            Claims claims) {
        this.settings = settings;
        this.instance = instance;
        this.connections = connections;
        this.announcements = announcements;
        this.claims = claims;
    }

    void stop() {
        stopped.countDown();
        close(connection);
    }

    @Override
    public void run() {
        try {
            while (stopped.getCount() > 0) {
                Term term = instance.term();
                try {
                    if (term == null) {
                        stopped.await(UNREGISTERED_MILLIS, TimeUnit.MILLISECONDS);
                    } else {
                        hear(term);
                    }
                } catch (SQLException e) {
                    close(connection);
                    connection = null;
                    LOG.debug("signals from other instances cannot be looked for now", e);
                    stopped.await(settings.heartbeat().toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            close(connection);
        }
    }

    private void hear(Term term) throws SQLException {
        Connection open = connection;
        if (open == null || !term.equals(heard)) {
            open = listen(open, term);
        }
        PGNotification[] heardOf = open.unwrap(PGConnection.class)
                .getNotifications((int) settings.poll().toMillis());
        for (PGNotification notification : heardOf == null ? new PGNotification[0] : heardOf) {
            if (notification.getName().equals(RELEASED)) {
                claims.wake();
            }
        }
        poll(open, term);
    }

    private Connection listen(@Nullable Connection before, Term term) throws SQLException {
        close(before);
        Connection opened = connections.open();
        connection = opened;
        try (Statement statement = opened.createStatement()) {
            statement.execute("LISTEN \"saga_signal_%s\"; LISTEN %s".formatted(term.id(), RELEASED));
        }
        if (!term.equals(heard)) {
            heard = term;
            from = term.firstXid();
            told = Set.of();
        }
        claims.wake(); // what was said before is not heard
        poll(opened, term);
        return opened;
    }

    private void poll(Connection open, Term term) throws SQLException {
        List<SignalKey> fresh = new ArrayList<>();
        Set<SignalKey> again = new HashSet<>();
        String running = from;
        try (PreparedStatement statement = open.prepareStatement(NEW)) {
            new Columns(statement).value(from).value(term.id());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    running = row.getString("running");
                    UUID saga = row.getObject("saga_id", UUID.class);
                    if (saga != null) {
                        var key = new SignalKey(saga, row.getString("name"));
                        if (!told.contains(key)) {
                            fresh.add(key);
                        }
                        if (row.getBoolean("again")) {
                            again.add(key);
                        }
                    }
                }
            }
        }
        if (!fresh.isEmpty()) {
            tell(open, fresh);
        }
        from = running;
        told = again;
    }

    private void tell(Connection open, List<SignalKey> keys) throws SQLException {
        try (PreparedStatement statement = open.prepareStatement(CONTENT)) {
            new Columns(statement).uuids(keys, SignalKey::saga).texts(keys, SignalKey::name);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    announcements.signalled(
                            new SagaId(row.getObject("saga_id", UUID.class)),
                            LogReader.signal(row.getString("name"), row));
                }
            }
        }
    }

    private static void close(@Nullable Connection open) {
        if (open != null) {
            LogConnections.close(open);
        }
    }
}
