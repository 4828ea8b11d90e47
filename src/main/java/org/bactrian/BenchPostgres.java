package org.bactrian;

import java.nio.file.Path;
import java.util.List;
import org.bactrian.bench.BenchDatabase;
import org.bactrian.embedded.PostgresServer;

/** The embedded PostgreSQL as a benchmark's. */
final class BenchPostgres implements BenchDatabase {
    private final PostgresServer server;

    private BenchPostgres(PostgresServer server) {
        this.server = server;
    }

    /** On a free port. */
    static BenchDatabase start(Path folder) {
        return new BenchPostgres(PostgresServer.start(folder, 0, List.of("bench", "saga")));
    }

    @Override
    public String url(String database) {
        return server.url(database);
    }

    @Override
    public String user() {
        return server.user();
    }

    @Override
    public String password() {
        return server.password();
    }

    @Override
    public void close() {
        server.close();
    }
}
