package org.bactrian.bench;

/** A PostgreSQL that runs for a benchmark alone and is gone with it; what it acknowledges is on disk. */
public interface BenchDatabase extends AutoCloseable {
    /** A JDBC URL without user and password. */
    String url(String database);

    /** The role that owns the databases. */
    String user();

    String password();

    @Override
    void close();
}
