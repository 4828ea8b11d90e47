package org.bactrian.fault;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** What goes wrong for one order, and whether it did. Made whole before the order is placed. */
final class Script {
    static final Script NONE = new Script();
    static final int ALWAYS = Integer.MAX_VALUE;

    private static final long LONGEST_SECONDS = 60;

    /** Where in a participant a hook runs: before its barrier, as the last thing inside, after its commit. */
    enum Place {
        BEFORE,
        INSIDE,
        AFTER
    }

    /** @see FaultyBarrier */
    interface Hook {
        /** @param barrier what is hooked: can be run again */
        void run(Exchange exchange, Processor barrier) throws Exception;
    }

    private final Map<String, Rule<Fate>> fates = new LinkedHashMap<>();
    private final Map<String, Rule<Hook>> hooks = new LinkedHashMap<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final CompletableFuture<Void> repeated = new CompletableFuture<>();
    private final AtomicInteger holding = new AtomicInteger();
    private final List<String> troubles = new CopyOnWriteArrayList<>();

    /** The first so many deliveries of this have this fate. */
    Script travels(String what, int times, Fate fate) {
        fates.put(what, new Rule<>(fate, new AtomicInteger(times), new AtomicInteger()));
        return this;
    }

    /** The hook runs the first so many times that a barrier is passed there. */
    Script at(Place place, String what, int times, Hook hook) {
        hooks.put(place + " " + what, new Rule<>(hook, new AtomicInteger(times), new AtomicInteger()));
        return this;
    }

    Fate fate(String what) {
        Rule<Fate> rule = fates.get(what);
        return rule != null && rule.applies() ? rule.action() : Fate.PASSES;
    }

    void run(Place place, String what, Exchange exchange, Processor barrier) throws Exception {
        Rule<Hook> rule = hooks.get(place + " " + what);
        if (rule != null && rule.applies()) {
            rule.action().run(exchange, barrier);
        }
    }

    /** Completes when the order's saga has ended. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    /** Completes when what was abandoned has been done again. */
    CompletableFuture<Void> repeated() {
        return repeated;
    }

    /** How many calls are being held. */
    int holding() {
        return holding.get();
    }

    /** The rules that never applied, and what else went otherwise than planned. */
    List<String> troubles() {
        var all = new ArrayList<>(troubles);
        fates.forEach((what, rule) -> all.addAll(rule.unused(what)));
        hooks.forEach((what, rule) -> all.addAll(rule.unused(what)));
        return all;
    }

    /** Keeps the call from going on until the saga has ended. */
    Hook holdUntilEnded() {
        return (exchange, barrier) -> {
            holding.incrementAndGet();
            try {
                ended.get(LONGEST_SECONDS, TimeUnit.SECONDS);
            } finally {
                holding.decrementAndGet();
            }
        };
    }

    /** Lets two calls go on together. */
    Hook meet() {
        var both = new CyclicBarrier(2);
        return (exchange, barrier) -> {
            try {
                both.await(LONGEST_SECONDS / 3, TimeUnit.SECONDS);
            } catch (TimeoutException | BrokenBarrierException e) {
                troubles.add("two calls never met");
            }
        };
    }

    /** Everything is written, and then it is not committed. */
    static void failCommit(Exchange exchange, Processor barrier) {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void beforeCommit(boolean readOnly) {
                throw new InjectedFault("the test fails the commit");
            }
        });
    }

    /** The work is committed, and then whoever did it is gone: an outage, after which it is asked again. For two times. */
    Hook abandonFirst() {
        var first = new AtomicBoolean(true);
        return (exchange, barrier) -> {
            if (first.getAndSet(false)) {
                throw new IOException("the test abandons the exchange after the commit");
            }
            repeated.complete(null);
        };
    }

    private record Rule<T>(T action, AtomicInteger left, AtomicInteger used) {
        boolean applies() {
            boolean applies = left.getAndUpdate(times -> times == ALWAYS ? ALWAYS : Math.max(0, times - 1)) > 0;
            if (applies) {
                used.incrementAndGet();
            }
            return applies;
        }

        List<String> unused(String what) {
            return used.get() == 0 ? List.of("never happened: " + what) : List.of();
        }
    }
}
