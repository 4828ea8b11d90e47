package org.bactrian.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.bactrian.participants.TestDatabase;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaIds;
import org.bactrian.saga.SagaRecord.Attempt;
import org.bactrian.saga.SagaRecord.Begun;
import org.bactrian.saga.SagaRecord.Completed;
import org.bactrian.saga.SagaRecord.Completing;
import org.bactrian.saga.SagaReleased;
import org.bactrian.saga.StepPlan;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class LogWriterIT {
    private static final Begun BEGUN =
            new Begun("a", new StepPlan("direct:undo", null, Map.of(), Duration.ofSeconds(1), false));

    private final HikariDataSource database = TestDatabase.migrated("src/main/resources/db/migration");
    private final HikariDataSource impatient = impatient(database.getJdbcUrl());
    private final ExecutorService pool = Executors.newFixedThreadPool(2);
    private final AtomicBoolean released = new AtomicBoolean();
    private final SagaLog log = new SagaLog(database);
    private final LogWriter writer = new LogWriter(log, pool, released::get);
    private final SagaId id = saga();

    @AfterEach
    void close() {
        allowConnections(true);
        pool.shutdownNow();
        impatient.close();
        database.close();
    }

    @Test
    void written_theFutureSaysSoAfterTheCommit() {
        writer.append(id, 0, BEGUN).join();

        assertThat(LogText.of(database, id.toString())).isEqualTo("STARTED\na: begun\n");
    }

    @Test
    void databaseIsAway_everyRecordIsWrittenOnceWhenItIsBack() {
        allowConnections(false);
        var attempts = new AtomicInteger();
        var counted = new LogWriter(new SagaLog(new CountsAttempts(impatient, attempts)), pool, released::get);
        var written = new ArrayList<CompletableFuture<Void>>();
        written.add(counted.append(id, 0, BEGUN));
        written.add(counted.append(id, 1, new Attempt("a", "")));
        Awaitility.await().until(() -> attempts.get() > 4);
        assertThat(written).noneMatch(CompletableFuture::isDone);
        allowConnections(true);

        assertThat(written).allSatisfy(each -> assertThat(each).succeedsWithin(Duration.ofSeconds(20)));
        assertThat(LogText.of(database, id.toString())).isEqualTo("STARTED\na: begun, attempt\n");
    }

    @Test
    void backendsAreKilledUnderLoad_everyRecordIsWrittenOnce() {
        var written = new ArrayList<CompletableFuture<Void>>();
        for (int seq = 0; seq < 300; seq++) {
            written.add(writer.append(id, seq, seq == 0 ? BEGUN : new Attempt("a", "")));
            if (seq % 50 == 25) {
                written.get(seq - 20).join();
                killBackends();
            }
        }
        written.forEach(CompletableFuture::join);

        assertThat(new JdbcTemplate(database).queryForObject("SELECT count(*) FROM saga_record", Integer.class))
                .isEqualTo(300);
    }

    @Test
    void commitGoesUnanswered_theRecordIsFoundAndNotWrittenTwice() {
        var commits = new AtomicInteger();
        var losing = new LogWriter(new SagaLog(new LosesAnswers(database, commits)), pool, released::get);

        losing.append(id, 0, new Completing()).join();

        assertThat(commits).hasValue(1);
        assertThat(LogText.of(database, id.toString())).isEqualTo("COMPLETING\nsaga: completing\n");
    }

    @Test
    void someoneElseHasTheNumber_isAnError() {
        log.append(id, 0, BEGUN);

        assertThatThrownBy(() -> writer.append(id, 0, new Completed()).join())
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll(id.toString(), "record 0", "someone else");
        assertThat(LogText.of(database, id.toString())).isEqualTo("STARTED\na: begun\n");
    }

    @Test
    void whatTheDatabaseNeverTakes_isAnErrorAtOnce() {
        SagaId unknown = new SagaIds(Instant::now, new Random()).next();

        assertThat(writer.append(unknown, 0, BEGUN))
                .failsWithin(Duration.ofSeconds(10))
                .withThrowableThat()
                .withCauseInstanceOf(DataIntegrityViolationException.class);
    }

    @Test
    void released_nothingIsWrittenAnyMore() {
        released.set(true);

        assertThatThrownBy(() -> writer.append(id, 0, BEGUN).join()).hasCauseInstanceOf(SagaReleased.class);
        assertThat(LogText.of(database, id.toString())).isEqualTo("STARTED\n");
    }

    @Test
    void releasedWhileTheDatabaseIsAway_waitsEnd() {
        allowConnections(false);
        CompletableFuture<Void> waiting =
                new LogWriter(new SagaLog(impatient), pool, released::get).append(id, 0, BEGUN);
        released.set(true);

        Awaitility.await().atMost(10, TimeUnit.SECONDS).until(waiting::isDone);
        assertThatThrownBy(waiting::join).hasCauseInstanceOf(SagaReleased.class);
    }

    /** Its connections are asked for 250 ms, not for half a minute. */
    private static HikariDataSource impatient(String url) {
        var config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setConnectionTimeout(250);
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    private SagaId saga() {
        SagaId saga = new SagaIds(Instant::now, new Random()).next();
        log.submit(new NewSaga(saga, "p", null, null));
        return saga;
    }

    /** Without them the database is away for everybody, as after its server stopped. */
    private void allowConnections(boolean allowed) {
        admin().execute("ALTER DATABASE %s ALLOW_CONNECTIONS %s".formatted(name(), allowed));
        if (!allowed) {
            killBackends();
        }
    }

    private void killBackends() {
        admin().queryForList("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ?", name());
    }

    private String name() {
        return database.getJdbcUrl().replaceFirst(".*/([^/?]+)\\?.*", "$1");
    }

    private JdbcTemplate admin() {
        return new JdbcTemplate(
                new DriverManagerDataSource(database.getJdbcUrl().replace(name(), "postgres")));
    }

    private static final class CountsAttempts extends DelegatingDataSource {
        private final AtomicInteger attempts;

        CountsAttempts(HikariDataSource database, AtomicInteger attempts) {
            super(database);
            this.attempts = attempts;
        }

        @Override
        public Connection getConnection() throws SQLException {
            attempts.incrementAndGet();
            return super.getConnection();
        }
    }

    /** The first commit happens, but its answer never comes. */
    private static final class LosesAnswers extends DelegatingDataSource {
        private final AtomicInteger commits;

        LosesAnswers(HikariDataSource database, AtomicInteger commits) {
            super(database);
            this.commits = commits;
        }

        @Override
        public Connection getConnection() throws SQLException {
            Connection connection = super.getConnection();
            return (Connection) Proxy.newProxyInstance(
                    Connection.class.getClassLoader(),
                    new Class<?>[] {Connection.class},
                    (proxy, method, arguments) -> {
                        Object answer = method.invoke(connection, arguments);
                        if (method.getName().equals("commit") && commits.getAndIncrement() == 0) {
                            throw new SQLException("connection reset", "08006");
                        }
                        return answer;
                    });
        }
    }
}
