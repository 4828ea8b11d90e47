package org.bactrian.barrier;

import java.util.Optional;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;

/** What Bactrian gives to a participant's database: the tables of barrier and outbox, and the beans that routes use. */
public final class ParticipantDatabase {
    private static final String TABLES = "classpath:db/participant";
    private static final String HISTORY = "bactrian_schema_history";

    private ParticipantDatabase() {}

    /**
     * Creates or updates the tables, beside the participant's own, after whose migrations it comes.
     *
     * @param schema empty: the connection's default
     * @throws org.flywaydb.core.api.FlywayException if it cannot
     */
    public static void migrate(DataSource database, Optional<String> schema) {
        var flyway = Flyway.configure()
                .dataSource(database)
                .locations(TABLES)
                .table(HISTORY)
                .baselineOnMigrate(true)
                .baselineVersion("0");
        schema.ifPresent(flyway::schemas);
        flyway.load().migrate();
    }

    /**
     * Binds {@code NAMEDatabase}, for {@code sql:}, and for {@code jdbc:} with {@code resetAutoCommit=false}; the policies
     * {@code NAMEBarrier} and {@code NAMETransaction}; and {@code NAMEOutbox}.
     */
    public static void bind(CamelContext context, String name, DataSource database) {
        Registry registry = context.getRegistry();
        var outbox = new Outbox(name, database, context);
        registry.bind(name + "Database", DataSource.class, new TransactionAwareDataSourceProxy(database));
        registry.bind(name + "Barrier", new BarrierPolicy(database, outbox));
        registry.bind(name + "Transaction", new TransactionPolicy(database));
        registry.bind(name + "Outbox", outbox);
    }
}
