package org.bactrian.log;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import javax.sql.DataSource;
import org.bactrian.saga.LoggedSignal;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaRecord;
import org.bactrian.saga.SagaReleased;
import org.bactrian.saga.SagaStatus;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The saga log on PostgreSQL, and this process's part of it: one writer that commits in batches, and the sagas that this
 * instance owns. A future of it completes on the step pool when what was asked for is on disk; what is written later is
 * never there without what was written before. While the database is away, writes wait. One use: start, then close.
 */
public final class SagaLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SagaLog.class);

    private static final long JOIN_MILLIS = 1_000;

    private final LogSettings settings;
    private final DataSource reads;
    private final LogConnections connections;
    private final Executor pool;
    private final WriteQueue queue;
    private final Outage outage;
    private final LogReader reader;
    private final Pauses pauses;
    private final LongAdder refused = new LongAdder();
    private final WaitingCount waiting = new WaitingCount();
    private volatile @Nullable Running running;

    /**
     * @param reads a pool, for everything but writing
     * @param database makes connections that are kept; not pooled
     * @param pool the step pool, on which futures complete; as many threads as the pool of reads has connections
     */
    public SagaLog(DataSource reads, DataSource database, LogSettings settings, Executor pool) {
        this.settings = settings;
        this.reads = reads;
        this.connections = new LogConnections(database, settings);
        this.pool = pool;
        this.queue = new WriteQueue(settings);
        this.outage = new Outage(settings);
        this.reader = new LogReader(reads);
        this.pauses = new Pauses(reads);
    }

    /** Registers this instance, and claims what is nobody's as soon as that is done. Returns at once. */
    public synchronized void start(LogListener listener) {
        if (running != null) {
            throw new IllegalStateException("a saga log is started once");
        }
        var instance = new Instance(settings, System::nanoTime);
        var announcements = new Announcements(listener, pool, refused);
        var claims = new Claims(settings, instance, new Ownership(reads), reader, pauses, announcements, waiting);
        var writer = new Writer(
                settings,
                queue,
                instance,
                new WriterSession(connections, instance),
                announcements,
                new Settlement(announcements, claims),
                outage);
        var poller = new SignalPoller(settings, instance, connections, announcements, claims);
        running = new Running(
                writer,
                claims,
                poller,
                List.of(thread("saga-log", writer), thread("saga-claims", claims), thread("saga-signals", poller)));
    }

    /**
     * Enters a saga, which is this instance's then, or finds the one that has its key. Fails with {@link KeyTaken} if
     * that was submitted with another body, with {@link QueueFull} if there is no room, with
     * {@code RejectedExecutionException} if this process stops, and with {@code DataAccessException} if the database is
     * away: then it may have been entered all the same. The same saga can be submitted again: it is entered once, and one
     * that was entered unnoticed is driven as if it had been claimed.
     */
    public CompletableFuture<Submitted> submit(NewSaga saga) {
        return submit(saga, false);
    }

    /** The same, but a new one is nobody's: it waits in the log until an instance has room and takes it over. */
    public CompletableFuture<Submitted> enqueue(NewSaga saga) {
        CompletableFuture<Submitted> entered = submit(saga, true);
        boolean held = pauses.holdsPipeline(saga.pipeline());
        waiting.asked(held);
        return entered.whenComplete((submitted, error) -> waiting.answered(held, error == null && submitted.isNew()));
    }

    private CompletableFuture<Submitted> submit(NewSaga saga, boolean waits) {
        Entry.Submit entry = Entry.Submit.of(saga, waits);
        if (outage.isKnown()) {
            return CompletableFuture.failedFuture(outage.refusal(saga.id()));
        }
        return add(entry, entry.done());
    }

    /**
     * The saga that has the key of this one; empty if there is none. Blocks; throws {@link KeyTaken} if that was submitted
     * with another body, and Spring's {@code DataAccessException}.
     */
    public Optional<Submitted> find(NewSaga saga) {
        NewSaga.Submission submission = Objects.requireNonNull(saga.submission(), "it has no key");
        return reader.known(saga.pipeline(), submission.key()).map(known -> {
            if (!Arrays.equals(known.bodyHash(), submission.bodyHash())) {
                throw new KeyTaken(saga.pipeline(), submission.key());
            }
            return new Submitted(known.id(), known.status(), false);
        });
    }

    /** How many sagas wait in the log, of all instances: counted a heartbeat ago, with what became of this one's since. */
    public int waiting() {
        return waiting.all();
    }

    /** The same without those that a pause holds. */
    public int ready() {
        return waiting.ready();
    }

    /** Whether there are sagas that nobody drives, for which there was no room here when they were last looked for. */
    public boolean areLeft() {
        Running now = running;
        return now != null && now.claims().areLeft();
    }

    /**
     * Appends one record to a saga of this instance and, if it says so, changes the saga's status in the same commit.
     * Fails with {@code SagaReleased} if the saga is not this instance's any more, and with what the database says if it
     * refuses the record; then the saga takes nothing more but {@code Parked}.
     */
    public CompletableFuture<Void> append(SagaId id, int seq, SagaRecord record) {
        Entry.Append entry = Entry.Append.of(id, seq, record);
        return add(entry, entry.done());
    }

    /** The same of a saga that this process was told it has lost: nothing is written, and it is counted. */
    public CompletableFuture<Void> refuse(SagaId id) {
        refused.increment();
        return CompletableFuture.failedFuture(new SagaReleased(id));
    }

    /** How many records were not written because their sagas are not this instance's any more. */
    public long refused() {
        return refused.sum();
    }

    /** How much waits to be written. */
    public int queued() {
        return queue.size();
    }

    /** The saga reached what it waited for, which is no record: it does not count among those that kill their router. */
    public CompletableFuture<Void> progressed(SagaId id) {
        var entry = new Entry.Progress(id, new CompletableFuture<>());
        return add(entry, entry.done());
    }

    /** Says something to any saga, whoever owns it; its owner's listener is told after the commit. */
    public CompletableFuture<SignalOutcome> signal(SagaId id, LoggedSignal signal) {
        Entry.Say entry = Entry.Say.of(id, signal);
        return add(entry, entry.done());
    }

    /** What operators have paused; read by this log at least every heartbeat. */
    public Pauses pauses() {
        return pauses;
    }

    /** Empty if there is no such saga. Blocks; throws Spring's {@code DataAccessException}. */
    public Optional<SagaStatus> status(SagaId id) {
        return reader.status(id);
    }

    /** Whether its begin is on disk. Blocks; throws Spring's {@code DataAccessException}. */
    public boolean hasBegun(SagaId id, String step) {
        return reader.hasBegun(id, step);
    }

    /** All that was said to the saga. Blocks; throws Spring's {@code DataAccessException}. */
    public List<LoggedSignal> signals(SagaId id) {
        return reader.signals(id);
    }

    /** On the database's clock, with which times in the log are compared. Blocks; throws Spring's {@code DataAccessException}. */
    public Instant now() {
        return reader.now();
    }

    /** Hands the saga over as if it had been claimed, if it is this instance's: it was entered, but nobody drives it. */
    public synchronized void handOver(SagaId id) {
        if (running != null) {
            running.claims().handOver(id);
        }
    }

    /** Looks for sagas to take over at once, not only when it is time: there is room. */
    public synchronized void claim() {
        if (running != null) {
            running.claims().wake();
        }
    }

    /** The same if any are known to be left; cheap enough to be called often. */
    public void fill() {
        Running now = running;
        if (now != null && now.claims().areLeft()) {
            now.claims().fill();
        }
    }

    /**
     * Writes what waits, then gives all sagas up, so that other instances take them at once; nothing is taken in any
     * more. Returns when that is done, or after a lease: then others take them anyway.
     */
    public synchronized void release() {
        queue.close();
        if (running != null) {
            running.claims().stop();
            running.poller().stop();
            try {
                running.writer()
                        .ended()
                        .completeOnTimeout(null, settings.lease().toMillis(), TimeUnit.MILLISECONDS)
                        .join();
            } finally {
                running.writer().stop();
            }
        }
    }

    /** Ends the threads. Without {@link #release} before, others see this instance die. */
    @Override
    public synchronized void close() {
        if (running == null) {
            queue.close();
            return;
        }
        running.writer().stop();
        running.claims().stop();
        running.poller().stop();
        for (Thread thread : running.threads()) {
            thread.interrupt();
            try {
                thread.join(JOIN_MILLIS);
            } catch (InterruptedException e) {
                LOG.warn("interrupted while {} ends", thread.getName());
                Thread.currentThread().interrupt();
            }
        }
    }

    private <T> CompletableFuture<T> add(Entry entry, CompletableFuture<T> done) {
        try {
            queue.add(entry);
            return done;
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static Thread thread(String name, Runnable work) {
        var thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private record Running(Writer writer, Claims claims, SignalPoller poller, List<Thread> threads) {}
}
