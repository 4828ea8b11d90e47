package org.bactrian.log;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import org.bactrian.log.Instance.Term;
import org.jspecify.annotations.Nullable;

/** The writer's connection with what is prepared on it. The writer's thread's, except {@link #abort}. */
final class WriterSession {
    private static final String RELEASE = """
            WITH fence AS (
                UPDATE router_instance SET dead = true WHERE instance_id = ? AND NOT dead RETURNING instance_id),
            freed AS (
                UPDATE saga SET owner = NULL FROM fence f
                WHERE owner = f.instance_id AND ended_at IS NULL RETURNING saga_id)
            SELECT pg_notify('%s', ''), (SELECT count(*) FROM freed)""".formatted(SignalPoller.RELEASED);

    private final LogConnections connections;
    private final Instance instance;
    private volatile @Nullable Connection connection;
    private @Nullable BatchStatement statement;
    private boolean sent;

    WriterSession(LogConnections connections, Instance instance) {
        this.connections = connections;
        this.instance = instance;
    }

    /** Connected and registered; does nothing if it is. */
    void open() throws SQLException {
        sent = false;
        if (connection == null) {
            Connection opened = connections.open();
            connection = opened;
            statement = new BatchStatement(opened);
        }
        if (instance.term() == null) {
            instance.register(connection());
        }
    }

    Connection connection() throws SQLException {
        Connection open = connection;
        if (open == null) {
            throw new SQLException("the writer is not connected", "08003");
        }
        return open;
    }

    Term term() {
        Term term = instance.term();
        if (term == null) {
            throw new IllegalStateException("the instance must be registered before anything is written");
        }
        return term;
    }

    Optional<Answer> write(Batch batch) throws SQLException {
        if (statement == null) {
            throw new SQLException("the writer is not connected", "08003");
        }
        sent = true;
        return statement.write(batch, term().id(), instance.nextBatch());
    }

    /** Whether the last batch left this process. */
    boolean wasSent() {
        return sent;
    }

    /** The sagas are nobody's from now on, and this instance can write nothing any more. */
    void release() throws SQLException {
        UUID id = term().id();
        try (PreparedStatement release = connection().prepareStatement(RELEASE)) {
            new Columns(release).value(id);
            release.executeQuery().close();
        }
    }

    void close() {
        abort();
        connection = null;
        statement = null;
    }

    /** Cuts off what is under way; callable from any thread. */
    void abort() {
        Connection open = connection;
        if (open != null) {
            LogConnections.close(open);
        }
    }
}
