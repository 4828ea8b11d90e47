package org.bactrian.participants;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.bactrian.barrier.ParticipantDatabase;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** A new, empty database on the one PostgreSQL that all tests of this JVM share; it ends with the JVM. */
public final class TestDatabase {
    private static final EmbeddedPostgres SERVER = start();

    private TestDatabase() {}

    /** Migrated from a folder, such as {@code routes/participants/order}. */
    public static HikariDataSource migrated(String migrations) {
        HikariDataSource database = pool(create());
        Flyway.configure()
                .dataSource(database)
                .locations("filesystem:" + migrations)
                .load()
                .migrate();
        return database;
    }

    /** A participant's: its own migrations from a folder, and Bactrian's tables. */
    public static HikariDataSource participant(String migrations) {
        HikariDataSource database = migrated(migrations);
        ParticipantDatabase.migrate(database, Optional.empty());
        return database;
    }

    /** Makes a connection to the same database each time. */
    public static DataSource unpooled(DataSource database) {
        try {
            return new DriverManagerDataSource(
                    database.unwrap(HikariDataSource.class).getJdbcUrl());
        } catch (SQLException e) {
            throw new IllegalArgumentException("must be made here", e);
        }
    }

    /** Empties a saga log that no router runs on. */
    public static void forgetSagas(DataSource log) {
        new JdbcTemplate(log)
                .execute(
                        "TRUNCATE saga_pause, saga_pause_word, saga_participant, saga_signal, saga_record, saga_key, saga, saga_archive, router_instance");
    }

    private static String create() {
        String name = "db" + UUID.randomUUID().toString().replace("-", "");
        new JdbcTemplate(SERVER.getPostgresDatabase()).execute("CREATE DATABASE " + name);
        return name;
    }

    private static HikariDataSource pool(String name) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(SERVER.getJdbcUrl("postgres", name));
        config.setMaximumPoolSize(16);
        return new HikariDataSource(config);
    }

    private static EmbeddedPostgres start() {
        try {
            EmbeddedPostgres server = EmbeddedPostgres.start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> close(server)));
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void close(EmbeddedPostgres server) {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
