package org.bactrian.camel;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * A router's database and step pool as a process has them that is killed: after its last commit it writes nothing any
 * more, and does nothing any more, or does what it was about to do, but can tell nobody.
 */
final class Mortal extends DelegatingDataSource implements Executor {
    /** How much a process still does after its last commit. */
    enum End {
        AT_ONCE,
        AFTER_ITS_NEXT_CALL
    }

    private final int lastCommit;
    private final End end;
    private final ExecutorService pool = Executors.newFixedThreadPool(TestRouter.THREADS);
    private final CountDownLatch dead = new CountDownLatch(1);
    private int commits;

    /** @param lastCommit counted from 1, which is that of the submission */
    Mortal(DataSource database, int lastCommit, End end) {
        super(database);
        this.lastCommit = lastCommit;
        this.end = end;
    }

    boolean isDead() {
        return dead.getCount() == 0;
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
        Connection connection = super.getConnection();
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    try {
                        return method.getName().equals("commit")
                                ? commit(connection)
                                : method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** One at a time, so that none comes after the last one. */
    private synchronized Object commit(Connection connection) throws SQLException {
        requireAlive();
        connection.commit();
        commits++;
        if (commits == lastCommit) {
            kill();
            if (end == End.AT_ONCE) {
                requireAlive();
            }
        }
        return connection;
    }

    private void requireAlive() throws SQLException {
        if (isDead()) {
            throw new SQLException("the process is dead", "08006");
        }
    }
}
