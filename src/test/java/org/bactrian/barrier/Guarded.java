package org.bactrian.barrier;

import com.zaxxer.hikari.HikariDataSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Policy;
import org.bactrian.participants.TestDatabase;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** A database and routes with a barrier, whose steps are what the test says. */
final class Guarded implements AutoCloseable {
    final HikariDataSource database = TestDatabase.participant("routes/participants/order");
    final JdbcTemplate sql = new JdbcTemplate(database);
    final AtomicInteger runs = new AtomicInteger();
    final AtomicInteger handled = new AtomicInteger();

    private final CamelContext context = new DefaultCamelContext();
    private final ProducerTemplate caller = context.createProducerTemplate();
    private volatile Processor steps = exchange -> {};

    Guarded() throws Exception {
        sql.execute("CREATE TABLE work (name text PRIMARY KEY, value int NOT NULL)");
        ParticipantDatabase.bind(context, "test", database);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                Policy barrier = context.getRegistry().lookupByNameAndType("testBarrier", Policy.class);
                from("direct:default")
                        .policy(barrier)
                        .process(Guarded.this::run)
                        .setHeader("sagaStep")
                        .constant("x");
                from("direct:none")
                        .errorHandler(noErrorHandler())
                        .policy(barrier)
                        .process(Guarded.this::run);
                from("direct:handling")
                        .onException(Exception.class)
                        .handled(true)
                        .process(exchange -> handled.incrementAndGet())
                        .end()
                        .policy(barrier)
                        .choice()
                        .when(body().isNotNull())
                        .process(Guarded.this::run);
                from("direct:answering")
                        .errorHandler(noErrorHandler())
                        .setProperty("answerTopic", constant("work.reply"))
                        .setProperty("answerType", constant("WorkDone"))
                        .setProperty("refusalType", constant("WorkRefused"))
                        .policy(barrier)
                        .process(Guarded.this::run);
                from("direct:announcing")
                        .errorHandler(noErrorHandler())
                        .policy(barrier)
                        .setBody(constant("said"))
                        .to("bean:testOutbox?method=announce('work.event','WorkSeen',${exchange})")
                        .process(Guarded.this::run);
                from("direct:jdbc")
                        .errorHandler(noErrorHandler())
                        .policy(barrier)
                        .setBody(constant("INSERT INTO work VALUES ('jdbc', 1)"))
                        .to("jdbc:testDatabase?resetAutoCommit=false")
                        .process(Guarded.this::run);
                from("direct:calling").policy(barrier).to("direct:swallowing");
                from("direct:swallowing")
                        .onException(Exception.class)
                        .handled(true)
                        .end()
                        .process(Guarded.this::run);
            }
        });
        context.start();
    }

    private void run(Exchange exchange) throws Exception {
        if (!TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new AssertionError("the steps must run in the transaction");
        }
        runs.incrementAndGet();
        steps.process(exchange);
    }

    /** What the steps inside do from now on. */
    void does(Processor processor) {
        steps = processor;
    }

    /** A step's write, in the barrier's transaction. */
    void write(String name) {
        sql.update("INSERT INTO work VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = work.value + 1", name);
    }

    Exchange call(UUID saga, String call) {
        return call("direct:none", saga, call, "in");
    }

    Exchange call(String route, UUID saga, String call, Object body) {
        return caller.send(route, exchange -> {
            exchange.getMessage().setBody(body);
            exchange.getMessage().setHeader("sagaId", saga.toString());
            exchange.getMessage().setHeader("sagaStep", "do-work");
            exchange.getMessage().setHeader("sagaCall", call);
        });
    }

    CompletableFuture<Exchange> calling(UUID saga, String call) {
        return CompletableFuture.supplyAsync(() -> call(saga, call));
    }

    /** As {@code action applied, compensation nothing}. */
    String barrier(UUID saga) {
        return String.join(
                ", ",
                sql.queryForList(
                        "SELECT call || ' ' || outcome FROM saga_barrier WHERE saga_id = ? ORDER BY call",
                        String.class,
                        saga));
    }

    List<String> work() {
        return sql.queryForList("SELECT name || '=' || value FROM work ORDER BY name", String.class);
    }

    /** As {@code work.reply WorkDone done}, in the order in which it will be published. */
    List<String> outbox(UUID saga) {
        return sql.queryForList(
                "SELECT concat_ws(' ', aggregate_type, type, convert_from(payload, 'UTF8')) FROM outbox"
                        + " WHERE aggregate_id = ? ORDER BY id",
                String.class,
                saga.toString());
    }

    /** Whether a transaction waits for another one's lock. */
    boolean waits() {
        Integer waiting = sql.queryForObject(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
                Integer.class);
        return waiting != null && waiting > 0;
    }

    @Override
    public void close() {
        context.stop();
        database.close();
    }
}
