package org.bactrian.log;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What operators have paused: rows that every instance reads again and again, and what this one has read of them. Blocks where
 * it says so, and throws Spring's {@code DataAccessException} then.
 */
public final class Pauses {
    private static final String READ = "SELECT kind, name, reason, paused_at FROM saga_pause ORDER BY kind, name";
    private static final String PAUSE = """
            WITH paused AS (
                INSERT INTO saga_pause (kind, name, reason) VALUES (:kind, :name, :reason)
                ON CONFLICT (kind, name) DO NOTHING RETURNING kind, name, reason)
            INSERT INTO saga_pause_word (kind, name, word, reason) SELECT kind, name, 'pause', reason FROM paused""";
    private static final String RESUME = """
            WITH resumed AS (DELETE FROM saga_pause WHERE kind = :kind AND name = :name RETURNING kind, name)
            INSERT INTO saga_pause_word (kind, name, word, reason) SELECT kind, name, 'resume', :reason FROM resumed""";

    private final JdbcClient sql;
    private volatile List<Pause> known = List.of();
    private volatile Set<String> pipelines = Set.of();
    private volatile Set<String> steps = Set.of();

    /**
     * What is to wait in the log: sagas of the pipeline that have not begun, or any that come to the step and have not begun it.
     *
     * @param name a route id
     * @param reason the operator's
     */
    public record Pause(Kind kind, String name, String reason, Instant pausedAt) {}

    /** What can be paused. */
    public enum Kind {
        PIPELINE,
        STEP;

        private String column() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    Pauses(DataSource database) {
        this.sql = JdbcClient.create(database);
    }

    /** As last read. */
    public List<Pause> known() {
        return known;
    }

    /** Whether new sagas of the pipeline are to wait, as last read. */
    public boolean holdsPipeline(String route) {
        return pipelines.contains(route);
    }

    /** Whether sagas are to wait that come to the step, as last read. */
    public boolean holdsStep(String route) {
        return steps.contains(route);
    }

    /**
     * Blocks; one after the other, so that what was read last is what is known.
     *
     * @return whether it is not as it was when it was last read
     */
    public synchronized boolean read() {
        List<Pause> rows = sql.sql(READ)
                .query((row, number) -> new Pause(
                        Kind.valueOf(row.getString("kind").toUpperCase(java.util.Locale.ROOT)),
                        row.getString("name"),
                        row.getString("reason"),
                        row.getTimestamp("paused_at").toInstant()))
                .list();
        boolean changed = !rows.equals(known);
        known = List.copyOf(rows);
        pipelines = names(Kind.PIPELINE);
        steps = names(Kind.STEP);
        return changed;
    }

    /** Blocks; of no effect if it is paused already: the first reason stays. */
    public void pause(Kind kind, String name, String reason) {
        sql.sql(PAUSE)
                .param("kind", kind.column())
                .param("name", name)
                .param("reason", reason)
                .update();
    }

    /** Blocks; of no effect if it is not paused. */
    public void resume(Kind kind, String name, String reason) {
        sql.sql(RESUME)
                .param("kind", kind.column())
                .param("name", name)
                .param("reason", reason)
                .update();
    }

    private Set<String> names(Kind kind) {
        return known.stream()
                .filter(pause -> pause.kind() == kind)
                .map(Pause::name)
                .collect(Collectors.toSet());
    }
}
