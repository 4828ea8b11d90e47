package org.bactrian.bench;

import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads what the operating system and PostgreSQL count. */
final class Meter {
    private static final String FLUSHES = """
            SELECT coalesce(sum(io.fsyncs), 0)::bigint
            FROM pg_stat_activity a CROSS JOIN LATERAL pg_stat_get_backend_io(a.pid) io
            WHERE a.application_name = :application AND io.object = 'wal'
            """;

    private final JdbcClient database;
    private final Optional<ProcessHandle> server;

    /** @param database any of the server's, on this machine */
    Meter(DataSource database) {
        this.database = JdbcClient.create(database);
        long backend =
                this.database.sql("SELECT pg_backend_pid()").query(Long.class).single();
        this.server = ProcessHandle.of(backend).flatMap(ProcessHandle::parent);
    }

    /** Of this process and all of PostgreSQL's that live; a process that may not be looked at counts as none. */
    long cpuNanos() {
        Stream<ProcessHandle> postgresql =
                server.stream().flatMap(postmaster -> Stream.concat(Stream.of(postmaster), postmaster.descendants()));
        return Stream.concat(Stream.of(ProcessHandle.current()), postgresql)
                .flatMap(process -> process.info().totalCpuDuration().stream())
                .mapToLong(Duration::toNanos)
                .sum();
    }

    /** How often the connections of this application name have written the log to disk; what a second ago was counted. */
    long walFlushes(String application) {
        return database.sql(FLUSHES)
                .param("application", application)
                .query(Long.class)
                .single();
    }
}
