package org.bactrian.camel;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.bactrian.camel.Mortal.End;
import org.bactrian.saga.SagaId;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** One database and the routers that follow each other on it: the first is killed, the next goes on. */
final class Restarts implements AutoCloseable {
    private final HikariDataSource database;
    private final Mortal life;
    final TestRouter first;
    final TestRouter second;

    Restarts(HikariDataSource database) {
        this.database = database;
        this.life = new Mortal(database, Integer.MAX_VALUE, End.AT_ONCE);
        this.first = TestRouter.unstarted(life).start();
        this.second = TestRouter.unstarted(database);
    }

    /** The same routes in both. */
    Restarts with(String... yaml) {
        first.with(yaml);
        second.with(yaml);
        return this;
    }

    void kill() {
        life.kill();
    }

    /** Kills the first and starts the second. */
    void restart() {
        kill();
        second.start();
    }

    /** Changes the saga's own row. */
    void set(String saga, String assignment) {
        JdbcClient.create(database)
                .sql("UPDATE saga SET %s WHERE saga_id = ?::uuid".formatted(assignment))
                .param(saga)
                .update();
    }

    /** As another process does: whoever drives the saga must look. The first of a name counts. */
    void signalElsewhere(String saga, String name, String text) {
        JdbcClient.create(database)
                .sql("""
                        INSERT INTO saga_signal (saga_id, name, type, data)
                        VALUES (:saga::uuid, :name, 'Reserved', convert_to(json_build_object('text', :text)::text, 'UTF8'))
                        ON CONFLICT DO NOTHING""")
                .param("saga", saga)
                .param("name", name)
                .param("text", text)
                .update();
    }

    /** Adds a record that no running saga can have. */
    void corrupt(String saga) {
        JdbcClient.create(database)
                .sql(
                        "INSERT INTO saga_record (saga_id, seq, kind) SELECT saga_id, max(seq) + 1, 'aborted' FROM saga_record WHERE saga_id = ?::uuid GROUP BY saga_id")
                .param(saga)
                .update();
    }

    /** Another process holds the first for dead. */
    void fence() {
        JdbcClient.create(database)
                .sql("UPDATE router_instance SET dead = true")
                .update();
    }

    /** {@code name type} of every signal on disk. */
    List<String> signals(String saga) {
        return JdbcClient.create(database)
                .sql("SELECT concat_ws(' ', name, type) FROM saga_signal WHERE saga_id = ?::uuid ORDER BY name")
                .param(saga)
                .query(String.class)
                .list();
    }

    void awaitWaiting(String saga, String step) {
        Awaitility.await().untilAsserted(() -> assertWaits(saga, step));
    }

    /** No process drives it, and it waits for the step; null: for its pipeline. */
    void assertWaits(String saga, @Nullable String step) {
        assertThat(JdbcClient.create(database)
                        .sql(
                                "SELECT concat_ws(' ', 'waits', waits_for) FROM saga WHERE saga_id = ?::uuid AND owner IS NULL AND waits_since IS NOT NULL")
                        .param(saga)
                        .query(String.class)
                        .optional())
                .contains(step == null ? "waits" : "waits " + step);
        assertThat(Stream.of(first, second))
                .noneMatch(one -> one.service.live(SagaId.of(saga)).isPresent());
    }

    @Override
    public void close() {
        second.close();
        first.abandon();
        life.close();
    }
}
