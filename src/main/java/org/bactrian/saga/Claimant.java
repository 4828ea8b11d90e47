package org.bactrian.saga;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Takes over the sagas that nobody drives, a round at a time and as far as there is room: first those that were under way.
 * None is forgotten between its claim and its handing over, whatever fails. Not thread-safe.
 */
public final class Claimant {
    private static final int CHUNK = 50;

    private final Set<SagaId> doubtful = new HashSet<>();
    private boolean interrupted;

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

        /** Sagas that were under way and that nobody drives. */
        List<SagaId> interrupted(int most);

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

    /** @param orphans this registration's own sagas that nobody has in hand */
    public void round(Collection<SagaId> orphans, Ledger ledger) throws InterruptedException {
        doubtful.addAll(orphans);
        if (ledger.isSteady()) {
            ledger.declareDead();
        }
        handDoubtful(ledger);
        interrupted = true; // as far as is known
        if (ledger.room() == 0) {
            interrupted = !ledger.interrupted(1).isEmpty();
        }
        take(ledger);
    }

    /** The same for what is known to be left, now that there is room: nobody is declared dead. */
    public void fill(Collection<SagaId> orphans, Ledger ledger) throws InterruptedException {
        doubtful.addAll(orphans);
        handDoubtful(ledger);
        take(ledger);
    }

    /** Whether sagas that were under way may be left, for which there was no room. */
    public boolean areLeft() {
        return interrupted;
    }

    private void take(Ledger ledger) throws InterruptedException {
        int taken = -1;
        for (int room = ledger.room(); room > 0 && taken != 0 && ledger.isCurrent(); room = ledger.room()) {
            taken = take(ledger, Math.min(room, CHUNK));
        }
    }

    private void handDoubtful(Ledger ledger) throws InterruptedException {
        if (!doubtful.isEmpty()) {
            ledger.settle(doubtful); // else a commit that is still under way would be missed
            handOver(ledger, List.copyOf(doubtful));
            if (ledger.isCurrent()) { // else they may be those of the next registration
                doubtful.clear();
            }
        }
    }

    private int take(Ledger ledger, int most) throws InterruptedException {
        List<SagaId> found = interrupted ? ledger.interrupted(most) : List.of();
        interrupted = !found.isEmpty();
        if (!interrupted) {
            found = ledger.waiting(most);
        }
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
