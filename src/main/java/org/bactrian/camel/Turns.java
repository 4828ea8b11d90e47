package org.bactrian.camel;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/** Has things done one after the other, whichever threads they come from; what comes up in a turn has the turn after it. */
final class Turns {
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private boolean taken;

    /** At once, if nobody has the turn; as soon as it is free, if the caller itself has it. */
    synchronized void next(Runnable work) {
        waiting.add(work);
        if (!taken) {
            takeAll();
        }
    }

    /** At once, in the middle of the caller's own turn, too. */
    synchronized <T> T take(Supplier<T> work) {
        if (taken) {
            return work.get();
        }
        taken = true;
        try {
            return work.get();
        } finally {
            taken = false;
            takeAll();
        }
    }

    private void takeAll() {
        taken = true;
        try {
            for (Runnable work = waiting.poll(); work != null; work = waiting.poll()) {
                work.run();
            }
        } finally {
            taken = false;
        }
    }
}
