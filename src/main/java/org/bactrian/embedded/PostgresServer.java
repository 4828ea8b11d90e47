package org.bactrian.embedded;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real PostgreSQL on a kept data directory, for 127.0.0.1 alone and by password. What it acknowledged is on disk.
 * Its databases belong to one role that is not a superuser. Statements are never logged: they carry payloads.
 */
public final class PostgresServer implements AutoCloseable {
    /** The configuration key of its port, for complaints. */
    public static final String PORT_KEY = "embedded.postgresql.port";

    private static final Logger LOG = LoggerFactory.getLogger(PostgresServer.class);
    private static final String HOST = "127.0.0.1";
    private static final String OWNER = "bactrian";
    private static final int MAX_CONNECTIONS = 200;
    private static final Duration START_LIMIT = Duration.ofMinutes(1); // recovery after a crash included

    private final EmbeddedPostgres server;
    private final Path dataDirectory;
    private final String password;

    private PostgresServer(EmbeddedPostgres server, Path dataDirectory, String password) {
        this.server = server;
        this.dataDirectory = dataDirectory;
        this.password = password;
    }

    /**
     * Ends the server that a killed run left in the folder, starts a new one and creates the databases that are missing.
     *
     * @param folder its own; created if missing
     * @param port 0 for a free one
     * @param databases lowercase identifiers, at most 63 long
     * @throws CannotStart if a name is none, the port is taken, or PostgreSQL refuses
     */
    public static PostgresServer start(Path folder, int port, Collection<String> databases) {
        databases.forEach(Databases::identifier);
        var files = new PostgresFiles(folder.toAbsolutePath());
        try {
            Folders.createPrivate(folder);
            endOrphan(files.data());
            Ports.requireFree(HOST, port, PORT_KEY);
            var password = files.password();
            Files.deleteIfExists(files.log());
            var server = new PostgresServer(
                    builder(files, port == 0 ? Ports.free() : port, password).start(), files.data(), password);
            server.create(databases);
            files.initialised();
            return server;
        } catch (IOException | SQLException | RuntimeException | ExceptionInInitializerError e) {
            Postmaster.of(files.data()).ifPresent(Postmaster::end);
            throw e instanceof CannotStart cannotStart ? cannotStart : files.complaint(e);
        }
    }

    /** A JDBC URL without user and password, of one of the databases given at the start. */
    public String url(String database) {
        return "jdbc:postgresql://%s:%d/%s".formatted(HOST, port(), database);
    }

    /** The role that owns the databases. */
    public String user() {
        return OWNER;
    }

    /** Of {@link #user()}; made up at the first start, kept beside the data. */
    public String password() {
        return password;
    }

    public int port() {
        return server.getPort();
    }

    /** Returns when no PostgreSQL runs on the folder any more. Clients are cut off; what was committed stays. */
    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            LOG.warn("PostgreSQL in {} did not stop by itself", dataDirectory, e);
        }
        Postmaster.of(dataDirectory).ifPresent(Postmaster::end);
    }

    private static void endOrphan(Path dataDirectory) throws IOException {
        Postmaster.of(dataDirectory).ifPresent(orphan -> {
            LOG.info(
                    "Ending PostgreSQL (process {}), which an earlier run left behind",
                    orphan.process().pid());
            orphan.end();
        });
        Postmaster.forgetRecycledPid(dataDirectory);
    }

    private static EmbeddedPostgres.Builder builder(PostgresFiles files, int port, String password) {
        var log = ProcessBuilder.Redirect.appendTo(files.log().toFile());
        return EmbeddedPostgres.builder()
                .setDataDirectory(files.data())
                .setCleanDataDirectory(false)
                .setOverrideWorkingDirectory(files.binaries().toFile()) // its default is a /tmp that anyone may write
                .setRegisterShutdownHook(false) // it would cut the database off from routes that are still ending
                .setPGStartupWait(START_LIMIT)
                .setPort(port)
                .setOutputRedirector(log)
                .setErrorRedirector(log)
                .setConnectConfig("password", password)
                // options of initdb; the library's own is to trust everyone
                .setLocaleConfig("auth-host", "scram-sha-256")
                .setLocaleConfig("pwfile", files.passwordFile().toString())
                .setLocaleConfig("locale", "C.UTF-8")
                // the library's own are fsync off and synchronous_commit off
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("max_connections", Integer.toString(MAX_CONNECTIONS))
                .setServerConfig("listen_addresses", HOST)
                .setServerConfig("unix_socket_directories", "")
                .setServerConfig("log_checkpoints", "off")
                .setServerConfig("log_error_verbosity", "terse")
                .setServerConfig("log_min_error_statement", "panic");
    }

    private void create(Collection<String> databases) throws SQLException {
        try (var connection = server.getPostgresDatabase().getConnection()) {
            new Databases(connection).create(OWNER, password, databases);
        }
    }
}
