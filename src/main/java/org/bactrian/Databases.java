package org.bactrian;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.bactrian.barrier.ParticipantDatabase;
import org.bactrian.embedded.CannotStart;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.postgresql.ds.PGSimpleDataSource;

/** One connection pool per configured database, migrated. */
final class Databases implements AutoCloseable {
    /** The database of the saga log. */
    static final String SAGA = "saga";

    private static final String SAGA_MIGRATIONS = "classpath:db/migration";

    private static final Path PARTICIPANTS = Path.of("routes/participants");

    private final Map<String, HikariDataSource> pools = new LinkedHashMap<>();

    /** As configured, else the saga log's and one for each folder in routes/participants that has a migration. */
    static List<String> names(Settings settings) {
        List<String> names = settings.find("databases").isPresent()
                ? settings.list("databases")
                : Stream.concat(Stream.of(SAGA), participants(settings.home().resolve(PARTICIPANTS)))
                        .toList();
        if (!names.contains(SAGA)) {
            throw new CannotStart("databases must list '%s', the saga log's; is %s".formatted(SAGA, names));
        }
        return names;
    }

    private static Stream<String> participants(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Stream.of();
        }
        try (Stream<Path> migrations = Files.find(folder, 2, Databases::isMigration)) {
            return migrations
                    .map(folder::relativize)
                    .filter(file -> file.getNameCount() == 2)
                    .map(file -> file.getName(0).toString())
                    .distinct()
                    .sorted()
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new CannotStart("the folder %s cannot be read: %s".formatted(folder, e.getMessage()), e);
        }
    }

    private static boolean isMigration(Path file, BasicFileAttributes attributes) {
        return attributes.isRegularFile() && String.valueOf(file.getFileName()).matches("V[0-9].*__.+\\.sql");
    }

    /** Connects and migrates; what was opened is closed by {@link #close()} also when this throws. */
    void open(Settings settings, List<String> names) {
        names.forEach(name -> settings.text("database." + name + ".url"));
        settings.check();
        for (String name : names) {
            connect(settings, name);
            migrate(settings, name, unpooled(settings, name));
        }
    }

    /** The participants' by name. */
    Map<String, DataSource> participants() {
        Map<String, DataSource> participants = new LinkedHashMap<>(pools);
        participants.remove(SAGA);
        return participants;
    }

    DataSource saga() {
        return java.util.Objects.requireNonNull(pools.get(SAGA), "databases must list " + SAGA);
    }

    /** Makes a connection each time, to the same database. */
    static DataSource unpooled(Settings settings, String name) {
        String key = "database." + name;
        var database = new PGSimpleDataSource();
        database.setUrl(settings.text(key + ".url"));
        settings.find(key + ".user").ifPresent(database::setUser);
        settings.find(key + ".password").ifPresent(database::setPassword);
        settings.find(key + ".schema").ifPresent(database::setCurrentSchema);
        return database;
    }

    /** All at once: while PostgreSQL is away each pool waits for a connection that does not come. */
    @Override
    public void close() {
        CompletableFuture.allOf(pools.values().stream()
                        .map(pool -> CompletableFuture.runAsync(pool::close, work -> new Thread(work, "close").start()))
                        .toArray(CompletableFuture[]::new))
                .join();
    }

    private void connect(Settings settings, String name) {
        String key = "database." + name;
        var config = new HikariConfig();
        config.setPoolName(name);
        // An error's detail quotes the row or the JSON that was refused, and errors are logged.
        config.addDataSourceProperty("logServerErrorDetail", "false");
        config.setJdbcUrl(settings.text(key + ".url"));
        settings.find(key + ".user").ifPresent(config::setUsername);
        settings.find(key + ".password").ifPresent(config::setPassword);
        settings.find(key + ".schema").ifPresent(config::setSchema);
        config.setMaximumPoolSize(settings.number(poolSizeKey(name), 1, 1_000));
        config.setConnectionTimeout(settings.duration("database.connectTimeout").toMillis());
        long idleLimit = settings.duration("database.idleLimit").toMillis();
        config.setConnectionInitSql("SET idle_in_transaction_session_timeout = " + idleLimit);
        settings.check();
        try {
            var pool = new HikariDataSource(config);
            pools.put(name, pool);
        } catch (PoolInitializationException e) {
            throw new CannotStart(
                    "database %s cannot be reached at %s: %s. See database.%s.url, .user and .password"
                            .formatted(name, settings.text(key + ".url"), root(e).getMessage(), name),
                    e);
        }
    }

    private static String poolSizeKey(String name) {
        return name.equals(SAGA) ? "saga.threads" : "database.poolSize";
    }

    /** Not on the pool: Flyway holds its lock in a transaction that stands still while a migration runs. */
    private static void migrate(Settings settings, String name, DataSource database) {
        String otherwise = name.equals(SAGA)
                ? SAGA_MIGRATIONS
                : "filesystem:" + settings.home().resolve(PARTICIPANTS).resolve(name);
        String locations = settings.find("database." + name + ".migrations").orElse(otherwise);
        try {
            var flyway = Flyway.configure().dataSource(database).locations(locations);
            Optional<String> schema = settings.find("database." + name + ".schema");
            schema.ifPresent(flyway::schemas);
            flyway.load().migrate();
            if (!name.equals(SAGA)) {
                ParticipantDatabase.migrate(database, schema);
            }
        } catch (FlywayValidateException e) {
            throw new CannotStart(
                    "database %s was made by other migrations than those in %s: bring back the ones that were changed and add a new one instead, or begin anew (./bactrian --fresh, if it is embedded). %s"
                            .formatted(name, locations, e.getMessage()),
                    e);
        } catch (FlywayException e) {
            throw new CannotStart(
                    "database %s cannot be migrated from %s: %s".formatted(name, locations, e.getMessage()), e);
        }
    }

    private static Throwable root(Throwable error) {
        return error instanceof SQLException || error.getCause() == null ? error : root(error.getCause());
    }
}
