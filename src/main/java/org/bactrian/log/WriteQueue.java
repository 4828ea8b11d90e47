package org.bactrian.log;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaReleased;

/** What is to be written, first in, first out, bounded; handed out in batches that one statement can write. */
final class WriteQueue {
    private static final int BATCH_ENTRIES = 2_000;
    private static final long BATCH_BYTES = 8L << 20;

    /** An outcome by itself is not worth a commit: the saga's next record is on its way. */
    private static final Duration OUTCOMES_WAIT = Duration.ofMillis(1);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Entry> entries = new ArrayDeque<>();
    private final LogSettings settings;
    private final Duration outcomesWait;
    private long bytes;
    private boolean closed;

    WriteQueue(LogSettings settings) {
        this(settings, OUTCOMES_WAIT);
    }

    /** @param outcomesWait how long outcomes wait for something that is waited for */
    WriteQueue(LogSettings settings, Duration outcomesWait) {
        this.settings = settings;
        this.outcomesWait = outcomesWait;
    }

    /**
     * Running sagas have twice the room that new ones and signals have: what has begun goes first.
     *
     * @throws QueueFull if there is no room; the caller asks again later
     * @throws RejectedExecutionException if this process stops, for what is new
     * @throws SagaReleased if this process has given its sagas up
     */
    void add(Entry entry) {
        boolean running = isOfRunning(entry);
        lock.lock();
        try {
            if (closed) {
                throw running
                        ? new SagaReleased(entry.saga())
                        : new RejectedExecutionException("this process stops and takes nothing new");
            }
            int share = running ? 2 : 1;
            if (entries.size() >= settings.queuedEntries() * share || bytes >= settings.queuedBytes() * share) {
                throw new QueueFull(entries.size(), bytes, entry.saga());
            }
            entries.addLast(entry);
            bytes += entry.bytes();
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** In front of all others, in this order, and whether or not there is room. */
    void putBack(List<? extends Entry> again) {
        lock.lock();
        try {
            for (int i = again.size() - 1; i >= 0; i--) {
                entries.addFirst(again.get(i));
                bytes += again.get(i).bytes();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Empty if nothing came in that time, or if the queue is closed and empty. Waits a little longer if only outcomes came. */
    List<Entry> take(long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (entries.isEmpty() && !closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            left = outcomesWait.toNanos();
            while (hasOutcomesOnly() && !closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            return batch();
        } finally {
            lock.unlock();
        }
    }

    /** Takes out all new sagas; what belongs to running ones stays. */
    List<Entry.Submit> takeSubmits() {
        return take(entry -> entry instanceof Entry.Submit).stream()
                .map(Entry.Submit.class::cast)
                .toList();
    }

    /** Takes out all that belongs to running sagas. */
    List<Entry> takeRunning() {
        return take(WriteQueue::isOfRunning);
    }

    private List<Entry> take(Predicate<Entry> wanted) {
        lock.lock();
        try {
            List<Entry> taken = entries.stream().filter(wanted).toList();
            taken.forEach(entry -> bytes -= entry.bytes());
            entries.removeIf(wanted);
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private static boolean isOfRunning(Entry entry) {
        return entry instanceof Entry.Append || entry instanceof Entry.Progress;
    }

    /** Nothing is taken in any more; what waits can still be taken out. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return entries.size();
        } finally {
            lock.unlock();
        }
    }

    boolean isDone() {
        lock.lock();
        try {
            return closed && entries.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** One statement sees no row that it inserts: what changes or repeats a new saga waits for the next batch. */
    List<Entry> batch() {
        var batch = new ArrayList<Entry>();
        var fresh = new HashSet<SagaId>();
        long size = 0;
        while (!entries.isEmpty() && batch.size() < BATCH_ENTRIES && (batch.isEmpty() || size < BATCH_BYTES)) {
            Entry next = entries.getFirst();
            boolean free = next instanceof Entry.Submit ? fresh.add(next.saga()) : !needsRow(next, fresh);
            if (!free) {
                break;
            }
            batch.add(entries.removeFirst());
            size += next.bytes();
            bytes -= next.bytes();
        }
        return batch;
    }

    private boolean hasOutcomesOnly() {
        return !entries.isEmpty()
                && entries.stream().allMatch(entry -> entry instanceof Entry.Append append && append.isOutcome());
    }

    private static boolean needsRow(Entry entry, Set<SagaId> fresh) {
        boolean needs = entry instanceof Entry.Say || (entry instanceof Entry.Append append && append.changesSaga());
        return needs && fresh.contains(entry.saga());
    }
}
