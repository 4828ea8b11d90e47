package org.bactrian.barrier;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Forgets steps that ended long ago: a step's rows go together, once its completion or compensation is older than the age
 * given. That must be longer than Kafka keeps commands and events: what comes again after it would be done again.
 */
public final class BarrierPurge {
    private static final int BATCH = 1_000;
    private static final String DELETE = """
            WITH ended AS (
                SELECT saga_id, step FROM saga_barrier
                WHERE call <> 'action' AND at < clock_timestamp() - make_interval(secs => ?)
                ORDER BY at LIMIT ? FOR UPDATE SKIP LOCKED
            )
            DELETE FROM saga_barrier USING ended
            WHERE saga_barrier.saga_id = ended.saga_id AND saga_barrier.step = ended.step
            """;

    private final List<JdbcTemplate> databases;
    private final Optional<Duration> age;

    /** @param age since a step's end, on the database's clock; empty: nothing is ever forgotten */
    public BarrierPurge(List<? extends DataSource> databases, Optional<Duration> age) {
        this.databases = databases.stream().map(JdbcTemplate::new).toList();
        this.age = age;
    }

    /** Purges every database, in small transactions that block nobody. Returns how many rows are gone. */
    public int purge() {
        return age.map(limit -> databases.stream()
                        .mapToInt(database -> purge(database, limit))
                        .sum())
                .orElse(0);
    }

    private static int purge(JdbcTemplate database, Duration age) {
        int all = 0;
        int some;
        do {
            some = database.update(DELETE, age.toSeconds(), BATCH);
            all += some;
        } while (some > 0);
        return all;
    }
}
