package org.bactrian.crash;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** What each database has on disk of one order, each thing under a name of its own. */
final class Facts implements AutoCloseable {
    private static final String LOG = """
            SELECT concat_ws(' ', coalesce(step, 'saga'), kind,
                nullif(row_number() OVER (PARTITION BY step, kind ORDER BY seq), 1))
            FROM saga_record WHERE saga_id = CAST(:saga AS uuid)
            UNION ALL SELECT 'signal ' || name FROM saga_signal
                WHERE saga_id = CAST(:saga AS uuid) AND name NOT LIKE 'record/%'""";
    private static final String PARTICIPANT = """
            SELECT concat_ws(' ', step, call, outcome) FROM saga_barrier WHERE saga_id = CAST(:saga AS uuid)
            UNION ALL SELECT 'outbox has ' || type FROM outbox WHERE aggregate_id = :saga""";

    private final Map<String, String> urls;
    private final Map<String, SingleConnectionDataSource> connections = new ConcurrentHashMap<>();

    /** @param urls of the databases, by name */
    Facts(Map<String, String> urls) {
        this.urls = urls;
    }

    /** Null: not entered yet. */
    @Nullable String saga(String order) {
        return sql(Stores.LOG)
                .sql("SELECT CAST(saga_id AS text) FROM saga_key WHERE business_key = :order")
                .param("order", order)
                .query(String.class)
                .optional()
                .orElse(null);
    }

    Set<String> of(String database, String saga) {
        return new LinkedHashSet<>(sql(database)
                .sql(database.equals(Stores.LOG) ? LOG : PARTICIPANT)
                .param("saga", saga)
                .query(String.class)
                .list());
    }

    private JdbcClient sql(String database) {
        return JdbcClient.create(connections.computeIfAbsent(
                database, name -> new SingleConnectionDataSource(Stores.url(urls, name), true)));
    }

    @Override
    public void close() {
        connections.values().forEach(SingleConnectionDataSource::destroy);
    }
}
