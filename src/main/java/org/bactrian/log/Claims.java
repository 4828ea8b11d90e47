package org.bactrian.log;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
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
    private static final long UNREGISTERED_MILLIS = 20;

    private final LogSettings settings;
    private final Instance instance;
    private final Ownership ownership;
    private final LogReader reader;
    private final Announcements announcements;
    private final Queue<SagaId> orphans = new ConcurrentLinkedQueue<>();
    private final Semaphore wake = new Semaphore(0);
    private final Claimant claimant = new Claimant();
    private volatile boolean stopped;

    Claims(
            LogSettings settings,
            Instance instance,
            Ownership ownership,
            LogReader reader,
            Announcements announcements) {
        this.settings = settings;
        this.instance = instance;
        this.ownership = ownership;
        this.reader = reader;
        this.announcements = announcements;
    }

    /** Looks at once, not only when it is time. */
    void wake() {
        wake.release();
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
            while (!stopped) {
                Term term = instance.term();
                if (term != null) {
                    round(term);
                }
                long millis = term == null
                        ? UNREGISTERED_MILLIS
                        : settings.heartbeat().toMillis();
                boolean woken = wake.tryAcquire(millis, TimeUnit.MILLISECONDS);
                if (woken) {
                    wake.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void round(Term term) throws InterruptedException {
        var added = new ArrayList<SagaId>();
        for (SagaId saga = orphans.poll(); saga != null; saga = orphans.poll()) {
            added.add(saga);
        }
        try {
            claimant.round(added, new View(term));
            ownership.forgetDead();
        } catch (RuntimeException e) {
            LOG.warn("sagas of other instances cannot be claimed now: {}", e.getMessage());
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
        public List<SagaId> interrupted(int most) {
            return ownership.interrupted(most);
        }

        @Override
        public List<SagaId> waiting(int most) {
            return ownership.waiting(most);
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
