package org.bactrian.bench;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.bactrian.camel.DurableSagaService;
import org.bactrian.camel.SagaLimits;
import org.bactrian.camel.SagaSettings;
import org.bactrian.camel.StepPool;
import org.bactrian.log.LogSettings;
import org.bactrian.log.SagaLog;
import org.bactrian.saga.RetryPause;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The durable saga service: payload, begins and outcomes are on disk, and a client is told when its saga has ended there. */
final class Durable implements SagaSystem {
    static final String NAME = "bactrian";
    private static final int MOST = 10_000; // more than there are clients

    private static final String ENDED = """
            SELECT count(*) FROM saga
            WHERE pipeline = 'work' AND business_key::bigint >= :first AND business_key::bigint < :last
                AND parked IS NULL AND status = CASE WHEN business_key::bigint %% %d = 0 THEN 'ABORTED' ELSE 'COMPLETED' END
            """;

    private static final String LOGGED = """
            SELECT (SELECT coalesce(sum(batch), 0)::bigint FROM router_instance),
                (SELECT count(*) FROM saga) + (SELECT count(*) FROM saga_record)
            """;

    private final HikariDataSource participants;
    private final HikariDataSource sagas;
    private final SagaLog log;
    private final CamelSagas camel;

    Durable(Pools pools, int threads) throws Exception {
        participants = pools.of(Pools.WORK);
        sagas = pools.of(Pools.SAGA);
        Flyway.configure()
                .dataSource(sagas)
                .locations("classpath:db/migration")
                .load()
                .migrate();
        DefaultCamelContext context = CamelSagas.context();
        int pool = sagas.getMaximumPoolSize();
        ExecutorService steps = StepPool.of(context, pool);
        log = new SagaLog(sagas, pools.unpooled(Pools.SAGA), new LogSettings(Duration.ofSeconds(5), true), steps);
        var service = new DurableSagaService(context, log, settings(pool), steps, InstantSource.system());
        context.getCamelContextExtension().addInterceptStrategy(service.stepRecording());
        camel = CamelSagas.start(
                context,
                service,
                participants,
                threads,
                "pipeline:work",
                "pipeline:work?key=RAW(${header.orderId})&prefer=wait=30");
    }

    private static SagaSettings settings(int pool) {
        return new SagaSettings(
                "http://localhost:8080",
                Duration.ofSeconds(30),
                new RetryPause(Duration.ofMillis(200), Duration.ofSeconds(30), 12),
                Set.of(CamelSagas.ORDER_ID),
                pool,
                new SagaLimits(MOST, MOST, MOST));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void run(long order) throws Exception {
        Exchange exchange = camel.send(order);
        String status = exchange.getMessage().getHeader("sagaStatus", String.class);
        String expected = Participant.isRefused(order) ? "ABORTED" : "COMPLETED";
        if (!expected.equals(status)) {
            throw new IllegalStateException("order %d must end %s, is %s".formatted(order, expected, status));
        }
    }

    @Override
    public long ended(long first, long last) {
        return JdbcClient.create(sagas)
                .sql(ENDED.formatted(Participant.REFUSED_EVERY))
                .param("first", first)
                .param("last", last)
                .query(Long.class)
                .single();
    }

    @Override
    public Optional<LogCount> logged() {
        return Optional.of(JdbcClient.create(sagas)
                .sql(LOGGED)
                .query((row, n) -> new LogCount(row.getLong(1), row.getLong(2)))
                .single());
    }

    @Override
    public void close() {
        camel.close();
        log.close();
        sagas.close();
        participants.close();
    }
}
