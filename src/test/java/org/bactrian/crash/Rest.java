package org.bactrian.crash;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.bactrian.fault.Backlog;

/** Knows when nothing happens any more, in time or never. */
final class Rest implements AutoCloseable {
    /** Above an order's own time limit. */
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private static final Duration POLL = Duration.ofMillis(20);

    private final Stores stores;
    private final Backlog backlog;

    Rest(Stores stores) {
        this.stores = stores;
        backlog = new Backlog(stores.brokers());
    }

    /** Until the saga has ended or stands still, and nothing of the order is on its way any more. */
    void awaitEnd(Placed order, Life running) {
        await().atMost(LIMIT)
                .pollDelay(Duration.ZERO)
                .pollInterval(POLL)
                .until(() -> unfinished(order, running), List::isEmpty);
    }

    /**
     * Until what a router had under way in its databases when it ended has ended, too.
     *
     * @param router as its databases know it
     */
    void awaitSilence(String router) {
        await().atMost(LIMIT)
                .pollDelay(Duration.ZERO)
                .pollInterval(POLL)
                .until(() -> stores.sql(Stores.LOG)
                        .sql("SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = :router)")
                        .param("router", router)
                        .query(Boolean.class)
                        .single());
    }

    /** How many records were given up as poison. */
    long buried() throws ExecutionException, InterruptedException {
        return backlog.buried();
    }

    private List<String> unfinished(Placed order, Life running) throws ExecutionException, InterruptedException {
        if (!isOver(order)) {
            return List.of("the saga");
        }
        var unfinished = new ArrayList<>(backlog.unread().keySet());
        Stores.PARTICIPANTS.stream()
                .filter(participant -> !hasSaidAll(participant))
                .forEach(participant -> unfinished.add("the outbox of " + participant));
        if (running.isBusy()) {
            unfinished.add("a commit to Kafka");
        }
        return unfinished;
    }

    private boolean isOver(Placed order) {
        return stores.sql(Stores.LOG)
                .sql("""
                        SELECT EXISTS (SELECT FROM saga WHERE business_key = :order
                            AND (ended_at IS NOT NULL OR parked IS NOT NULL))""")
                .param("order", order.id())
                .query(Boolean.class)
                .single();
    }

    private boolean hasSaidAll(String participant) {
        return stores.sql(participant)
                .sql("SELECT NOT EXISTS (SELECT FROM outbox)")
                .query(Boolean.class)
                .single();
    }

    @Override
    public void close() throws IOException {
        backlog.close();
    }
}
