package org.bactrian.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bactrian.log.TestInstance.begun;
import static org.bactrian.log.TestInstance.get;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.bactrian.embedded.PostgresServer;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaRecord.Attempt;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class ServerRestartIT {
    private static final int CLIENTS = 8;

    @Test
    void serverIsRestartedUnderLoad_everythingAcknowledgedIsThereOnce(@TempDir Path folder) {
        PostgresServer server = PostgresServer.start(folder, 0, List.of("saga"));
        int port = server.port();
        var clients = Executors.newFixedThreadPool(CLIENTS);
        try (HikariDataSource reads = pool(server)) {
            Flyway.configure().dataSource(reads).load().migrate();
            var own = new DriverManagerDataSource(server.url("saga"), server.user(), server.password());
            try (var instance = new TestInstance(reads, own, new LogSettings(Duration.ofSeconds(2), true))) {
                Set<SagaId> known = ConcurrentHashMap.newKeySet();
                var stop = new AtomicBoolean();
                var records = new AtomicInteger();
                List<CompletableFuture<Void>> running = IntStream.range(0, CLIENTS)
                        .mapToObj(client ->
                                CompletableFuture.runAsync(() -> load(instance, client, stop, known, records), clients))
                        .toList();
                for (int round = 0; round < 2; round++) {
                    int before = records.get();
                    Awaitility.await().until(() -> records.get() > before + 500);
                    server.close();
                    server = PostgresServer.start(folder, port, List.of("saga"));
                }
                int before = records.get();
                Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> records.get() > before + 500);
                stop.set(true);
                running.forEach(TestInstance::get);

                var sql = new JdbcTemplate(reads);
                assertThat(sql.queryForObject("SELECT count(*) FROM saga", Integer.class))
                        .isEqualTo(known.size());
                assertThat(sql.queryForObject("SELECT count(*) FROM saga_record WHERE seq > 0", Integer.class))
                        .isEqualTo(records.get());
                assertThat(instance.fenced).hasValue(0);
            }
        } finally {
            clients.shutdownNow();
            server.close();
        }
    }

    /** Each saga is submitted until it is acknowledged, then gets two records. */
    private static void load(
            TestInstance instance, int client, AtomicBoolean stop, Set<SagaId> known, AtomicInteger records) {
        for (int n = 0; !stop.get(); n++) {
            NewSaga saga = TestInstance.keyed("key-" + client + "-" + n, 1);
            while (!known.contains(saga.id())) {
                try {
                    assertThat(instance.submit(saga).id()).isEqualTo(saga.id());
                    known.add(saga.id());
                } catch (DataAccessException e) {
                    Thread.onSpinWait(); // away: asked again
                }
            }
            get(instance.log.append(saga.id(), 1, begun("a")));
            records.incrementAndGet();
            get(instance.log.append(saga.id(), 2, new Attempt("a", "")));
            records.incrementAndGet();
        }
    }

    private static HikariDataSource pool(PostgresServer server) {
        var pool = new HikariDataSource();
        pool.setJdbcUrl(server.url("saga"));
        pool.setUsername(server.user());
        pool.setPassword(server.password());
        return pool;
    }
}
