package org.bactrian.saga;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Takes over the sagas that nobody drives, a round at a time and as far as there is room: first those that were under way.
 * None is forgotten between its claim and its handing over, whatever fails. Not thread-safe.
 */
public final class Claimant {
    private static final int CHUNK = 50;

    private final Set<SagaId> doubtful = new HashSet<>();
    private final Probation probation;
    private volatile boolean interrupted;

    /** One registration of this process, and the saga log as it sees it; each call may block, and fail with a {@code RuntimeException}. */
    public interface Ledger {
        /** Whether it still is this process's registration. */
        boolean isCurrent();

        /** How many sagas can be taken over now. */
        int room();

        /** As {@link Tenure#isSteady}. */
        boolean isSteady();

        /** Declares dead who was silent for a whole lease, by the database's clock. */
        void declareDead();

        /** Reads what else has changed: pauses, how many sagas wait. */
        void lookAround();

        /** Sagas that were under way and that nobody drives, but for those that may be what ends routers. */
        List<SagaId> interrupted(int most);

        /** One of those ({@link Resumption#SUSPECT_CLAIMS}): that of which the fewest routers have died. */
        Optional<SagaId> suspect();

        /** Whether this registration drives the suspect, and it has come no further yet. */
        boolean isOnProbation(SagaId suspect);

        /** Sagas that wait in the log and that may run now, those that came first. */
        List<SagaId> waiting(int most);

        /** What is said to them from now on is kept until they are {@link #arrived}. */
        void expect(Collection<SagaId> sagas);

        void arrived(Collection<SagaId> sagas);

        /** Makes those of them this process's that still nobody drives. */
        List<SagaId> claim(List<SagaId> found);

        /** Returns when no change of these sagas' rows is under way. */
        void settle(Collection<SagaId> sagas);

        /** Hands over, as the log has them, those of them that are this registration's; returns when {@link #room} counts them. */
        void hand(List<SagaId> sagas) throws InterruptedException;
    }

    /**
     * @param probation the longest time for which one suspect saga keeps the next one waiting
     * @param nanos a clock that only runs forward
     */
    public Claimant(Duration probation, LongSupplier nanos) {
        this.probation = new Probation(probation, nanos);
    }

    /** Whether sagas that were under way are left, for which there was no room; may be asked from any thread. */
    public boolean hasLeft() {
        return interrupted;
    }

    /** Whether a suspect saga is looked after: another round is to follow soon. */
    public boolean isWatching() {
        return probation.isOn();
    }

    /**
     * @param orphans this registration's own sagas that nobody has in hand
     * @param due whether to look for all that there may be, not only for what is known to be left
     */
    public void round(Collection<SagaId> orphans, boolean due, Ledger ledger) throws InterruptedException {
        doubtful.addAll(orphans);
        handDoubtful(ledger);
        if (due) {
            if (ledger.isSteady()) {
                ledger.declareDead();
            }
            ledger.lookAround();
            interrupted = !ledger.interrupted(1).isEmpty();
        }
        if (ledger.room() > 0 && (due || probation.isOn())) {
            take(ledger, probation.next(ledger).stream().toList());
        }
        int taken = -1;
        for (int room = ledger.room(); room > 0 && taken != 0 && ledger.isCurrent(); room = ledger.room()) {
            taken = take(ledger, Math.min(room, CHUNK));
        }
    }

    private void handDoubtful(Ledger ledger) throws InterruptedException {
        List<SagaId> all = List.copyOf(doubtful);
        for (int i = 0; i < all.size(); i += CHUNK) {
            List<SagaId> some = all.subList(i, Math.min(i + CHUNK, all.size()));
            ledger.settle(some); // else a commit that is still under way would be missed
            handOver(ledger, some);
            if (!ledger.isCurrent()) {
                return; // they may be those of the next registration
            }
            some.forEach(doubtful::remove);
        }
    }

    private int take(Ledger ledger, int most) throws InterruptedException {
        List<SagaId> found = interrupted ? ledger.interrupted(most) : List.of();
        interrupted = !found.isEmpty();
        if (!interrupted) {
            found = ledger.waiting(most);
        }
        return take(ledger, found);
    }

    private int take(Ledger ledger, List<SagaId> found) throws InterruptedException {
        if (found.isEmpty()) {
            return 0;
        }
        ledger.expect(found);
        doubtful.addAll(found);
        List<SagaId> claimed = ledger.claim(found);
        handOver(ledger, claimed);
        doubtful.removeAll(Set.copyOf(found));
        ledger.arrived(found.stream().filter(saga -> !claimed.contains(saga)).toList());
        return claimed.size();
    }

    private static void handOver(Ledger ledger, List<SagaId> sagas) throws InterruptedException {
        ledger.expect(sagas);
        ledger.hand(sagas);
        ledger.arrived(sagas);
    }
}
