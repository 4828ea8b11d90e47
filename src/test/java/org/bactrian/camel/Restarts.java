package org.bactrian.camel;

import com.zaxxer.hikari.HikariDataSource;
import java.util.List;
import org.bactrian.camel.Mortal.End;
import org.bactrian.log.OwnedSaga;
import org.bactrian.log.SagaReader;
import org.bactrian.saga.SagaId;
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
        this.first = TestRouter.mortal(life);
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

    OwnedSaga read(String saga) {
        return new SagaReader(database).read(List.of(SagaId.of(saga))).get(0);
    }

    /** Changes the saga's own row. */
    void set(String saga, String assignment) {
        JdbcClient.create(database)
                .sql("UPDATE saga SET %s WHERE saga_id = ?::uuid".formatted(assignment))
                .param(saga)
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

    @Override
    public void close() {
        second.close();
        first.abandon();
        life.close();
    }
}
