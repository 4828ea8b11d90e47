package org.bactrian.log;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bactrian.log.Instance.Term;
import org.bactrian.saga.OwnedSaga;
import org.bactrian.saga.SagaId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes over, on a thread of its own, the sagas that nobody drives, as far as there is room: first those that were under way. */
final class Claims implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Claims.class);
    private static final int CHUNK = 50;
    private static final long SOON_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final LogSettings settings;
    private final Instance instance;
    private final Ownership ownership;
    private final LogReader reader;
    private final Pauses pauses;
    private final Announcements announcements;
    private final WaitingCount waiting;
    private final Queue<SagaId> orphans = new ConcurrentLinkedQueue<>();
    private final Semaphore wake = new Semaphore(0);
    private final AtomicBoolean everything = new AtomicBoolean();
    private final Set<UUID> doubtful = new HashSet<>();
    private final Probation probation;
    private volatile boolean interrupted;
    private volatile boolean stopped;

    Claims(
            LogSettings settings,
            Instance instance,
            Ownership ownership,
            LogReader reader,
            Pauses pauses,
            Announcements announcements,
            WaitingCount waiting) {
        this.settings = settings;
        this.instance = instance;
        this.ownership = ownership;
        this.reader = reader;
        this.pauses = pauses;
        this.announcements = announcements;
        this.waiting = waiting;
        this.probation = new Probation(ownership, settings.lease());
    }

    /** Looks at once, not only when it is time. */
    void wake() {
        everything.set(true);
        wake.release();
    }

    /** Looks at once for sagas that are known to wait for room: there is some. */
    void fill() {
        wake.release();
    }

    /** Whether sagas are left for which there was no room. */
    boolean areLeft() {
        return interrupted || waiting.ready() > 0;
    }

    /** This instance's own saga that nobody has in hand. */
    void handOver(SagaId saga) {
        orphans.add(saga);
        wake();
    }

    void stop() {
        stopped = true;
        wake();
    }

    @Override
    public void run() {
        try {
            long next = System.nanoTime();
            while (!stopped) {
                Term term = instance.term();
                if (term != null) {
                    boolean due = everything.getAndSet(false) || System.nanoTime() - next >= 0;
                    next = due ? System.nanoTime() + settings.heartbeat().toNanos() : next;
                    round(term, due);
                }
                long most = term == null || probation.isOn() ? SOON_NANOS : Long.MAX_VALUE;
                long nanos = Math.min(most, Math.max(0, next - System.nanoTime()));
                if (wake.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
                    wake.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** @param due whether to look for all that there may be, not only for what is known to be left */
    private void round(Term term, boolean due) throws InterruptedException {
        try {
            handOrphans(term);
            if (due) {
                lookAround(term);
            }
            if (announcements.room() > 0 && (due || probation.isOn())) {
                take(term, probation.next(term));
            }
            int room = announcements.room();
            int taken = -1;
            while (room > 0 && taken != 0 && !stopped && instance.is(term)) {
                taken = take(term, Math.min(room, CHUNK));
                room = announcements.room();
            }
        } catch (RuntimeException e) {
            LOG.warn("sagas that nobody drives cannot be claimed now: {}", e.getMessage());
        }
    }

    private void lookAround(Term term) {
        readPauses();
        if (instance.isSteady()) {
            ownership.declareDead(term, settings.lease());
        }
        ownership.forgetDead();
        interrupted = !ownership.interrupted(1).isEmpty();
        waiting.begin();
        Ownership.Waiting counted = ownership.count();
        waiting.counted(counted.ready(), counted.held());
    }

    private void readPauses() {
        if (pauses.read()) {
            announcements.pausesChanged();
        }
    }

    private void handOrphans(Term term) throws InterruptedException {
        var ids = new HashSet<UUID>();
        for (SagaId saga = orphans.poll(); saga != null; saga = orphans.poll()) {
            ids.add(saga.value());
        }
        doubtful.addAll(ids);
        if (!doubtful.isEmpty()) {
            ownership.settle(doubtful); // else a commit that is still under way would be missed
            hand(term, List.copyOf(doubtful));
            if (instance.is(term)) { // else they may be those of the next one
                doubtful.clear();
            }
        }
    }

    private int take(Term term, int most) throws InterruptedException {
        List<UUID> found = interrupted ? ownership.interrupted(most) : List.of();
        interrupted = !found.isEmpty();
        return take(term, interrupted ? found : waiting(most));
    }

    private int take(Term term, List<UUID> found) throws InterruptedException {
        if (found.isEmpty()) {
            return 0;
        }
        found.forEach(id -> announcements.expect(new SagaId(id)));
        doubtful.addAll(found);
        List<UUID> claimed = ownership.claim(found, term);
        hand(term, claimed);
        found.forEach(doubtful::remove);
        found.stream().filter(id -> !claimed.contains(id)).forEach(id -> announcements.arrived(new SagaId(id)));
        return claimed.size();
    }

    private List<UUID> waiting(int most) {
        waiting.begin();
        List<UUID> found = ownership.waiting(most);
        if (!found.isEmpty()) {
            readPauses(); // a pause that is over, but is not known to be, would send them back
        }
        if (found.size() < most) {
            waiting.counted(found.size());
        }
        waiting.took(found.size());
        return found;
    }

    /** Returns when they were taken over, so that {@code room} counts them. */
    private void hand(Term term, List<UUID> ids) throws InterruptedException {
        ids.forEach(id -> announcements.expect(new SagaId(id)));
        var handed = new ArrayList<CompletableFuture<Void>>();
        for (OwnedSaga saga : read(ids, term)) {
            if (instance.is(term)) {
                handed.add(announcements.claimed(saga));
            }
        }
        try {
            CompletableFuture.allOf(handed.toArray(CompletableFuture[]::new)).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("handing over cannot fail", e);
        }
        ids.forEach(id -> announcements.arrived(new SagaId(id)));
    }

    /** One that cannot be read must not hold up the others. */
    private List<OwnedSaga> read(List<UUID> ids, Term term) {
        try {
            return reader.owned(ids, term.id());
        } catch (IllegalStateException e) {
            if (ids.size() == 1) {
                LOG.error("saga {} was claimed but cannot be read", ids.get(0), e);
                return List.of();
            }
            return ids.stream().flatMap(id -> read(List.of(id), term).stream()).toList();
        }
    }
}
