package org.bactrian.log;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bactrian.log.Instance.Term;
import org.bactrian.saga.Claimant;
import org.bactrian.saga.Claimant.Ledger;
import org.bactrian.saga.OwnedSaga;
import org.bactrian.saga.SagaId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Claims sagas on a thread of its own, when it is time and whenever it is woken. */
final class Claims implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Claims.class);
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
    private final Claimant claimant;
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
        this.claimant = new Claimant(settings.lease(), System::nanoTime);
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
        return claimant.hasLeft() || waiting.ready() > 0;
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
                long nanos = Math.max(0, next - System.nanoTime());
                boolean soon = term == null || claimant.isWatching();
                if (wake.tryAcquire(soon ? Math.min(SOON_NANOS, nanos) : nanos, TimeUnit.NANOSECONDS)) {
                    wake.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** @param due whether to look for all that there may be, not only for what is known to be left */
    private void round(Term term, boolean due) throws InterruptedException {
        var added = new ArrayList<SagaId>();
        for (SagaId saga = orphans.poll(); saga != null; saga = orphans.poll()) {
            added.add(saga);
        }
        try {
            claimant.round(added, due, new View(term));
        } catch (RuntimeException e) {
            LOG.warn("sagas that nobody drives cannot be claimed now: {}", e.getMessage());
        }
    }

    private void readPauses() {
        if (pauses.read()) {
            announcements.pausesChanged();
        }
    }

    /** The log as one registration sees it. */
    private final class View implements Ledger {
        private final Term term;

        View(Term term) {
            this.term = term;
        }

        @Override
        public boolean isCurrent() {
            return !stopped && instance.is(term);
        }

        @Override
        public int room() {
            return announcements.room();
        }

        @Override
        public boolean isSteady() {
            return instance.isSteady();
        }

        @Override
        public void declareDead() {
            ownership.declareDead(term, settings.lease());
        }

        @Override
        public void lookAround() {
            readPauses();
            ownership.forgetDead();
            waiting.begin();
            Ownership.Waiting counted = ownership.count();
            waiting.counted(counted.ready(), counted.held());
        }

        @Override
        public List<SagaId> interrupted(int most) {
            return ownership.interrupted(most);
        }

        @Override
        public Optional<SagaId> suspect() {
            return ownership.suspect();
        }

        @Override
        public boolean isOnProbation(SagaId suspect) {
            return ownership.isOnProbation(suspect, term);
        }

        @Override
        public List<SagaId> waiting(int most) {
            waiting.beginReady();
            List<SagaId> found = ownership.waiting(most);
            if (!found.isEmpty()) {
                readPauses(); // a pause that is over, but is not known to be, would send them back
            }
            if (found.size() < most) {
                waiting.counted(found.size());
            }
            waiting.took(found.size());
            return found;
        }

        @Override
        public void expect(Collection<SagaId> sagas) {
            sagas.forEach(announcements::expect);
        }

        @Override
        public void arrived(Collection<SagaId> sagas) {
            sagas.forEach(announcements::arrived);
        }

        @Override
        public List<SagaId> claim(List<SagaId> found) {
            return ownership.claim(found, term);
        }

        @Override
        public void settle(Collection<SagaId> sagas) {
            ownership.settle(sagas);
        }

        @Override
        public void hand(List<SagaId> sagas) throws InterruptedException {
            var handed = new ArrayList<CompletableFuture<Void>>();
            for (OwnedSaga saga : read(sagas, term)) {
                if (instance.is(term)) {
                    handed.add(announcements.claimed(saga));
                }
            }
            try {
                CompletableFuture.allOf(handed.toArray(CompletableFuture[]::new))
                        .get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("handing over cannot fail", e);
            }
        }
    }

    /** One that cannot be read must not hold up the others. */
    private List<OwnedSaga> read(List<SagaId> ids, Term term) {
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
