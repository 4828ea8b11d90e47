package org.bactrian.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.bactrian.saga.Claimant;
import org.bactrian.saga.LoggedSignal;
import org.bactrian.saga.OwnedSaga;
import org.bactrian.saga.SagaId;

/** The thread of a process that claims sagas; blocks, and may be cut off in every call. */
final class Claims implements Claimant.Ledger {
    private static final double LOST = 0.01;

    private final Router router;
    private final ModelLog log;
    private final Writer writer;
    private final World world;
    private final Claimant claimant;
    private final Map<SagaId, List<LoggedSignal>> expected = new HashMap<>();
    private final List<SagaId> orphans = new ArrayList<>();
    private final int mostLive;
    private UUID me = new UUID(0, 0);
    private Set<String> paused = Set.of();
    private boolean busy;
    private boolean woken;
    private boolean due;

    Claims(Router router, ModelLog log, Writer writer, Tally tally) {
        this.router = router;
        this.log = log;
        this.writer = writer;
        this.world = router.world;
        this.claimant = new Claimant(Router.LEASE, router::nanos);
        this.mostLive = 1 + world.random().nextInt(6);
    }

    void beat() {
        wake();
        router.later(Router.HEARTBEAT, this::beat);
    }

    void handOver(SagaId saga) {
        orphans.add(saga);
        wake();
    }

    private void wake() {
        due = true;
        wake(world.millis(0, 5));
    }

    private void wake(Duration after) {
        woken = true;
        if (!busy) {
            router.later(after, this::rounds);
        }
    }

    private void rounds() {
        if (busy || !woken || writer.term().isEmpty() || writer.isClosed()) {
            return;
        }
        busy = true;
        woken = false;
        boolean everything = due;
        due = false;
        me = writer.term().orElseThrow();
        var added = List.copyOf(orphans);
        orphans.clear();
        try {
            claimant.round(added, everything, this);
        } catch (SimulatedProcess.Killed e) {
            return;
        } catch (SimulatedProcess.Away e) {
            world.note("%s: cannot claim now", router);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        busy = false;
        if (woken || claimant.isWatching()) {
            wake(world.millis(0, 20));
        }
    }

    private <T> T ask(java.util.function.Supplier<T> question) {
        return router.blocking(question, router.isTroubled() ? LOST : 0);
    }

    @Override
    public boolean isCurrent() {
        return writer.term().filter(me::equals).isPresent() && !writer.isClosed();
    }

    @Override
    public int room() {
        return Math.max(0, mostLive - router.liveCount());
    }

    @Override
    public boolean isSteady() {
        return writer.isSteady();
    }

    @Override
    public void declareDead() {
        ask(() -> {
            log.declareDead(me, Router.LEASE);
            return me;
        });
    }

    @Override
    public void lookAround() {
        paused = ask(log::paused);
        router.pausesChanged();
    }

    Set<String> paused() {
        return paused;
    }

    @Override
    public List<SagaId> interrupted(int most) {
        return ask(() -> log.interrupted(most));
    }

    @Override
    public Optional<SagaId> suspect() {
        return ask(log::suspect);
    }

    @Override
    public boolean isOnProbation(SagaId suspect) {
        return ask(() -> log.isOnProbation(me, suspect));
    }

    @Override
    public List<SagaId> waiting(int most) {
        return ask(() -> log.waiting(most));
    }

    @Override
    public void expect(Collection<SagaId> sagas) {
        sagas.forEach(saga -> expected.computeIfAbsent(saga, id -> new ArrayList<>()));
    }

    @Override
    public void arrived(Collection<SagaId> sagas) {
        sagas.forEach(this::arrived);
    }

    void arrived(SagaId saga) {
        List<LoggedSignal> kept = expected.remove(saga);
        if (kept != null) {
            kept.forEach(signal -> router.later(world.millis(0, 2), () -> router.signalled(saga, signal)));
        }
    }

    /** Whether the signal is kept until the saga is in hand. */
    boolean keeps(SagaId saga, LoggedSignal signal) {
        List<LoggedSignal> kept = expected.get(saga);
        return kept != null && kept.add(signal);
    }

    @Override
    public List<SagaId> claim(List<SagaId> found) {
        return ask(() -> log.claim(me, found));
    }

    @Override
    public void settle(Collection<SagaId> sagas) {
        ask(() -> sagas);
    }

    @Override
    public void hand(List<SagaId> sagas) {
        for (OwnedSaga owned : ask(() -> log.owned(me, sagas))) {
            if (isCurrent()) {
                router.takeOver(owned, log.saga(owned.id()).flow);
            }
        }
    }
}
