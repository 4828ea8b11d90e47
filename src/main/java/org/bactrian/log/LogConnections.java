package org.bactrian.log;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Executor;
import javax.sql.DataSource;

/** The connections that an instance keeps for itself, outside the pool: set up so that they end before the lease does. */
final class LogConnections {
    private static final Executor DIRECT = Runnable::run;
    private static final int ANSWER_MILLIS = 10_000;

    private final DataSource database;
    private final LogSettings settings;

    /** @param database makes a new connection each time */
    LogConnections(DataSource database, LogSettings settings) {
        this.database = database;
        this.settings = settings;
    }

    /** In autocommit. The plans are made once and use indexes: a fresh table has no statistics that say so. */
    Connection open() throws SQLException {
        Connection connection = database.getConnection();
        try (Statement statement = connection.createStatement()) {
            connection.setAutoCommit(true);
            long millis = settings.lease().toMillis();
            connection.setNetworkTimeout(DIRECT, (int) (ANSWER_MILLIS + millis));
            statement.execute("""
                    SET plan_cache_mode = force_generic_plan;
                    SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off;
                    SET idle_in_transaction_session_timeout = %1$d; SET tcp_user_timeout = %1$d;
                    SET client_connection_check_interval = %1$d""".formatted(millis / 2));
            return connection;
        } catch (SQLException | RuntimeException e) {
            close(connection);
            throw e;
        }
    }

    static void close(Connection connection) {
        try {
            connection.abort(DIRECT); // close() would wait for an answer
        } catch (SQLException e) {
            throw new IllegalStateException("a connection cannot be ended", e);
        }
    }
}
