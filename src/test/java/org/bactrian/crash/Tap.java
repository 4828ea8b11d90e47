package org.bactrian.crash;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Learns of every durable write of one order before the router does, and ends the router right after a given one: then
 * that write is on disk, its answer never arrives, and nothing that the router does later gets anywhere.
 */
final class Tap {
    private final Facts facts;
    private final Map<String, Set<String>> known = new HashMap<>();
    private final List<Set<String>> writes = new ArrayList<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private Runnable end = () -> {};
    private volatile @Nullable String order;
    private @Nullable String saga;
    private volatile Point point = Point.NONE;

    Tap(Facts facts) {
        this.facts = facts;
    }

    /** @param how returns when nothing the router does gets anywhere any more, or not at all */
    void endsBy(Runnable how) {
        end = how;
    }

    /** From now on this order is watched, which is not placed yet. */
    synchronized void watch(String placed, Point last) {
        order = placed;
        saga = null;
        point = last;
        known.clear();
        writes.clear();
    }

    /** What was written of the order, commit by commit; things that became durable at once are together. */
    synchronized List<Set<String>> writes() {
        return List.copyOf(writes);
    }

    boolean isStopped() {
        return stopped.getCount() == 0;
    }

    /** Returns whether it stopped in time. */
    boolean awaitStop(long seconds) throws InterruptedException {
        return stopped.await(seconds, TimeUnit.SECONDS);
    }

    /** The router asks a database for something; false if that must not arrive there. */
    boolean passes(byte[] bytes, int length) {
        String watched = order;
        if (watched != null && point.equals(Point.BEFORE_ALL) && contains(bytes, length, watched)) {
            synchronized (this) {
                stop();
            }
        }
        return !isStopped();
    }

    /** A database has ended a transaction; false if nobody is to learn of it. */
    synchronized boolean committed(String database) {
        String watched = order;
        if (watched == null || isStopped()) {
            return !isStopped();
        }
        if (saga == null) {
            saga = facts.saga(watched);
        }
        if (saga != null) {
            Set<String> now = facts.of(database, saga);
            Set<String> before = known.getOrDefault(database, Set.of());
            var changes = new TreeSet<String>();
            now.stream().filter(fact -> !before.contains(fact)).forEach(fact -> changes.add(database + ": " + fact));
            before.stream()
                    .filter(fact -> !now.contains(fact))
                    .forEach(fact -> changes.add(database + ": no longer " + fact));
            known.put(database, now);
            written(changes);
        }
        return !isStopped();
    }

    /** Looks for what was committed a moment ago. */
    void catchUp() {
        Stores.DATABASES.forEach(this::committed);
    }

    /** Kafka has acknowledged something; false if nobody is to learn of it. */
    synchronized boolean acknowledged(String what) {
        if (order != null && !isStopped()) {
            written(Set.of("kafka: " + what));
        }
        return !isStopped();
    }

    private void written(Set<String> changes) {
        if (!changes.isEmpty()) {
            writes.add(changes);
            if (!Collections.disjoint(changes, point.writes())) {
                stop();
            }
        }
    }

    private void stop() {
        end.run();
        stopped.countDown();
    }

    private static boolean contains(byte[] bytes, int length, String text) {
        return new String(bytes, 0, length, ISO_8859_1).contains(text);
    }
}
