package org.bactrian.bench;

import com.zaxxer.hikari.HikariDataSource;
import org.apache.camel.saga.InMemorySagaService;

/** Camel's own saga service. It forgets everything in a crash, and tells its client before the compensations have run. */
final class InMemory implements SagaSystem {
    static final String NAME = "camel-in-memory";

    private final HikariDataSource database;
    private final CamelSagas camel;

    InMemory(HikariDataSource database, int threads) throws Exception {
        this.database = database;
        this.camel = CamelSagas.start(
                CamelSagas.context(),
                new InMemorySagaService(),
                database,
                threads,
                CamelSagas.DIRECT,
                CamelSagas.DIRECT);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void run(long order) throws Exception {
        camel.send(order);
    }

    @Override
    public void close() {
        camel.close();
        database.close();
    }
}
