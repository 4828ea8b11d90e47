package org.bactrian.camel;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.bactrian.participants.TestDatabase;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * A router's database and step pool as a process has them that is killed: after its last record it writes nothing any
 * more, and does nothing any more, or does what it was about to do, but can tell nobody.
 */
final class Mortal extends DelegatingDataSource implements Executor {
    /** How much a process still does after its last record. */
    enum End {
        AT_ONCE,
        AFTER_ITS_NEXT_CALL
    }

    private final JdbcTemplate real;
    private final long lastRecord;
    private final End end;
    private final ExecutorService pool = Executors.newFixedThreadPool(TestRouter.THREADS);
    private final CountDownLatch dead = new CountDownLatch(1);

    /** @param records after so many more in the whole log it is dead; there may be more when they are written together */
    Mortal(DataSource database, long records, End end) {
        super(database);
        this.real = new JdbcTemplate(database);
        this.lastRecord = recorded() + records;
        this.end = end;
    }

    /** Makes new connections that end with this one, for the log's writer. */
    DataSource unpooled() {
        return new DelegatingDataSource(TestDatabase.unpooled(this)) {
            @Override
            public Connection getConnection() throws SQLException {
                requireAlive();
                return mortal(super.getConnection());
            }
        };
    }

    boolean isDead() {
        return dead.getCount() == 0;
    }

    /** Whether its last record is on disk. */
    boolean isDue() {
        return recorded() >= lastRecord;
    }

    void kill() {
        dead.countDown();
    }

    void close() {
        kill();
        pool.shutdownNow();
    }

    @Override
    public void execute(Runnable task) {
        pool.execute(() -> {
            if (!isDead() || end == End.AFTER_ITS_NEXT_CALL) {
                task.run();
            }
        });
    }

    @Override
    public Connection getConnection() throws SQLException {
        requireAlive();
        return super.getConnection();
    }

    private Connection mortal(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    Object answer = invoke(connection, method, arguments);
                    return answer instanceof PreparedStatement statement ? mortal(statement) : answer;
                });
    }

    private PreparedStatement mortal(PreparedStatement statement) {
        return (PreparedStatement) Proxy.newProxyInstance(
                Connection.class.getClassLoader(),
                new Class<?>[] {PreparedStatement.class},
                (proxy, method, arguments) -> {
                    if (!method.getName().startsWith("execute")) {
                        return invoke(statement, method, arguments);
                    }
                    requireAlive();
                    Object answer = invoke(statement, method, arguments);
                    if (isDue()) {
                        kill();
                        if (end == End.AT_ONCE) {
                            requireAlive();
                        }
                    }
                    return answer;
                });
    }

    private static @Nullable Object invoke(Object target, Method method, Object @Nullable [] arguments)
            throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private long recorded() {
        Long count = real.queryForObject("SELECT count(*) FROM saga_record", Long.class);
        return count == null ? 0 : count;
    }

    private void requireAlive() throws SQLException {
        if (isDead()) {
            throw new SQLException("the process is dead", "08006");
        }
    }
}
