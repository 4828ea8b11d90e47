package org.bactrian.bench;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * One system's connections, under its name, so that what they do can be told apart.
 *
 * @param size of every pool
 */
record Pools(BenchDatabase server, String application, int size) {
    /** The database in which the participants have their schemas. */
    static final String WORK = "bench";

    static final String SAGA = "saga";

    HikariDataSource of(String database) {
        var config = new HikariConfig();
        config.setPoolName(application + "-" + database);
        config.setJdbcUrl(server.url(database));
        config.setUsername(server.user());
        config.setPassword(server.password());
        config.setMaximumPoolSize(size);
        config.addDataSourceProperty("ApplicationName", application);
        return new HikariDataSource(config);
    }

    /** Makes a connection each time. */
    DataSource unpooled(String name) {
        var database = new PGSimpleDataSource();
        database.setUrl(server.url(name));
        database.setUser(server.user());
        database.setPassword(server.password());
        database.setApplicationName(application);
        return database;
    }
}
