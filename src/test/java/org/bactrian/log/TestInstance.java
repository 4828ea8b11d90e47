package org.bactrian.log;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.bactrian.log.NewSaga.Submission;
import org.bactrian.participants.TestDatabase;
import org.bactrian.saga.Content;
import org.bactrian.saga.LoggedSignal;
import org.bactrian.saga.OwnedSaga;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaIds;
import org.bactrian.saga.SagaRecord;
import org.bactrian.saga.SagaRecord.Begun;
import org.bactrian.saga.StepPlan;
import org.springframework.jdbc.core.JdbcTemplate;

/** One router process as the saga log sees it: its log, and a listener that notes what it is told. */
final class TestInstance implements AutoCloseable, LogListener {
    static final SagaIds IDS = new SagaIds(Instant::now, new Random());
    static final Duration LONG = Duration.ofSeconds(30);
    static final Duration SHORT = Duration.ofMillis(500);

    final List<OwnedSaga> claimed = new CopyOnWriteArrayList<>();
    final List<String> signalled = new CopyOnWriteArrayList<>();
    final AtomicInteger fenced = new AtomicInteger();
    volatile int room = 1_000;
    volatile Consumer<OwnedSaga> onClaimed = saga -> {};

    final SagaLog log;
    private final ExecutorService pool =
            Executors.newFixedThreadPool(4, work -> new Thread(work, "step-" + System.identityHashCode(this)));

    TestInstance(HikariDataSource database) {
        this(database, TestDatabase.unpooled(database), new LogSettings(LONG, false));
    }

    TestInstance(HikariDataSource database, Duration lease) {
        this(database, TestDatabase.unpooled(database), new LogSettings(lease, false));
    }

    /** @param own makes the connections that the instance writes and listens on */
    TestInstance(HikariDataSource database, DataSource own, LogSettings settings) {
        log = new SagaLog(database, own, settings, pool);
        log.start(this);
    }

    @Override
    public int room() {
        return room;
    }

    @Override
    public void claimed(OwnedSaga saga) {
        onClaimed.accept(saga);
        claimed.add(saga);
    }

    @Override
    public void signalled(SagaId saga, LoggedSignal signal) {
        signalled.add(saga + " " + signal.name());
    }

    @Override
    public void pausesChanged() {
        // nothing here waits for it
    }

    @Override
    public void fenced() {
        fenced.incrementAndGet();
    }

    /** Without a submission, so the first record is number 0. */
    SagaId begun() {
        SagaId id = IDS.next();
        get(log.submit(new NewSaga(id, "p", null, null)));
        return id;
    }

    static NewSaga keyed(String key, int body) {
        return new NewSaga(IDS.next(), "p", new Submission(key, new byte[] {(byte) body}, Content.EMPTY), null);
    }

    static Begun begun(String step) {
        return new Begun(step, new StepPlan("direct:undo", null, Map.of(), Duration.ofSeconds(1), false));
    }

    Submitted submit(NewSaga saga) {
        return get(log.submit(saga));
    }

    void append(SagaId id, int seq, SagaRecord record) {
        get(log.append(id, seq, record));
    }

    SignalOutcome signal(SagaId id, String name) {
        return get(log.signal(id, new LoggedSignal(name, "Done", Content.EMPTY)));
    }

    List<SagaId> claimedIds() {
        return claimed.stream().map(OwnedSaga::id).toList();
    }

    void awaitClaimed(SagaId... ids) {
        Awaitility.await()
                .atMost(10, TimeUnit.SECONDS)
                .pollInterval(5, TimeUnit.MILLISECONDS)
                .until(() -> claimedIds().containsAll(List.of(ids)));
    }

    /** Until every instance hears its channel. */
    static void awaitListening(HikariDataSource database) {
        String listening = """
                SELECT (SELECT count(*) FROM pg_stat_activity
                        WHERE datname = current_database() AND wait_event = 'ClientRead' AND query LIKE 'SELECT pg_snapshot_xmin%')
                    = (SELECT count(*) FROM router_instance WHERE NOT dead)""";
        Awaitility.await()
                .until(() -> Boolean.TRUE.equals(new JdbcTemplate(database).queryForObject(listening, Boolean.class)));
    }

    /** What the future says, its error as it is. */
    static <T> T get(CompletableFuture<T> future) {
        try {
            return future.orTimeout(20, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** As a process that is killed: nothing is released. */
    @Override
    public void close() {
        log.close();
        pool.shutdownNow();
    }
}
