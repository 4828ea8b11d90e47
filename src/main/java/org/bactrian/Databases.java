package org.bactrian;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.bactrian.embedded.CannotStart;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** One connection pool per configured database, migrated. */
final class Databases implements AutoCloseable {
    /** The database of the saga log. */
    static final String SAGA = "saga";

    private static final String SAGA_MIGRATIONS = "classpath:db/migration";

    private final Map<String, HikariDataSource> pools = new LinkedHashMap<>();

    /** Connects and migrates; what was opened is closed by {@link #close()} also when this throws. */
    void open(Settings settings, List<String> names) {
        names.forEach(name -> settings.text("database." + name + ".url"));
        settings.check();
        for (String name : names) {
            migrate(settings, name, connect(settings, name));
        }
    }

    /** By name. */
    Map<String, ? extends DataSource> all() {
        return pools;
    }

    DataSource saga() {
        return java.util.Objects.requireNonNull(pools.get(SAGA), "databases must list " + SAGA);
    }

    @Override
    public void close() {
        pools.values().forEach(HikariDataSource::close);
    }

    private DataSource connect(Settings settings, String name) {
        String key = "database." + name;
        var config = new HikariConfig();
        config.setPoolName(name);
        config.setJdbcUrl(settings.text(key + ".url"));
        settings.find(key + ".user").ifPresent(config::setUsername);
        settings.find(key + ".password").ifPresent(config::setPassword);
        settings.find(key + ".schema").ifPresent(config::setSchema);
        config.setMaximumPoolSize(settings.number(poolSizeKey(name), 1, 1_000));
        config.setConnectionTimeout(settings.duration("database.connectTimeout").toMillis());
        settings.check();
        try {
            var pool = new HikariDataSource(config);
            pools.put(name, pool);
            return pool;
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

    private static void migrate(Settings settings, String name, DataSource pool) {
        String otherwise = name.equals(SAGA)
                ? SAGA_MIGRATIONS
                : "filesystem:" + settings.home().resolve("routes/participants").resolve(name);
        String locations = settings.find("database." + name + ".migrations").orElse(otherwise);
        try {
            var flyway = Flyway.configure().dataSource(pool).locations(locations);
            settings.find("database." + name + ".schema").ifPresent(flyway::schemas);
            flyway.load().migrate();
        } catch (FlywayException e) {
            throw new CannotStart(
                    "database %s cannot be migrated from %s: %s".formatted(name, locations, e.getMessage()), e);
        }
    }

    private static Throwable root(Throwable error) {
        return error instanceof SQLException || error.getCause() == null ? error : root(error.getCause());
    }
}
