package org.bactrian.simulation;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaRecord;
import org.bactrian.saga.Tenure;
import org.bactrian.saga.Tenure.Fate;
import org.bactrian.simulation.Entry.Outcome;
import org.jspecify.annotations.Nullable;

/** The one writer of a process: a batch at a time, each until it is known to be on disk or refused. */
final class Writer {
    private final Router router;
    private final ModelLog log;
    private final World world;
    private final Tally tally;
    private final Tenure tenure;
    private final Deque<Entry> queue = new ArrayDeque<>();
    private final Set<SagaId> givenUp = new HashSet<>();
    private final Set<SagaId> refused = new HashSet<>();
    private @Nullable UUID me;
    private @Nullable UUID former;
    private @Nullable Runnable closing;
    private boolean writing;
    private long since;

    Writer(Router router, ModelLog log, Tally tally) {
        this.router = router;
        this.log = log;
        this.world = router.world;
        this.tally = tally;
        this.tenure = new Tenure(Router.LEASE, router::nanos);
    }

    Optional<UUID> term() {
        return Optional.ofNullable(me);
    }

    /** Whether what it writes has gone unanswered for a while. */
    boolean isStuck() {
        return writing && world.nanos() - since > 500_000_000;
    }

    boolean isSteady() {
        return me != null && tenure.isSteady();
    }

    boolean isClosed() {
        return closing != null;
    }

    void close(Runnable ended) {
        closing = ended;
        pump(true);
    }

    void add(Entry entry) {
        queue.add(entry);
        router.later(world.millis(0, 1), () -> pump(false));
    }

    /** A sign of life whenever there is nothing else to write. */
    void beat() {
        pump(true);
        router.later(Router.HEARTBEAT, this::beat);
    }

    private void pump(boolean due) {
        if (writing || (queue.isEmpty() && !due)) {
            return;
        } else if (queue.isEmpty() && closing != null) {
            release();
            return;
        }
        writing = true;
        since = world.nanos();
        var batch = queue.stream().filter(entry -> !isBad(entry)).toList();
        queue.clear();
        send(batch, false);
    }

    /** Seldom a row that the database does not take, and with it all of its saga's until it is parked. */
    private boolean isBad(Entry entry) {
        if (!(entry instanceof Entry.Append append)) {
            return false;
        }
        boolean parking = append.record() instanceof SagaRecord.Parked;
        boolean bad = !parking && (refused.contains(append.saga()) || (router.isTroubled() && world.chance(0.0005)));
        if (bad) {
            tally.refused++;
            refused.add(append.saga());
            log.saga(append.saga()).lastBad = append.seq();
            append.then().accept(Outcome.BAD);
        } else if (parking) {
            refused.remove(append.saga());
        }
        return bad;
    }

    private void release() {
        writing = true;
        UUID id = me;
        Runnable end = closing;
        world.at(world.millis(0, 5), () -> {
            if (id != null) {
                log.release(id);
            }
        });
        router.later(world.millis(5, 10), () -> {
            if (end != null) {
                end.run();
            }
        });
    }

    private void send(List<Entry> batch, boolean sent) {
        if (router.isCutOff()) {
            router.later(world.millis(20, 500), () -> lost(batch, sent));
        } else if (me == null) {
            register(batch, sent);
        } else {
            batch.forEach(entry -> {
                if (entry instanceof Entry.Submit submit && !givenUp.contains(submit.saga())) {
                    router.expect(submit.saga());
                }
            });
            write(me, tenure.nextBatch(), batch, sent);
        }
    }

    private void register(List<Entry> batch, boolean sent) {
        var id = new UUID(world.random().nextLong(), world.random().nextLong());
        UUID before = former;
        world.at(world.millis(0, 5), () -> log.register(id, before));
        router.later(world.millis(5, 10), () -> {
            me = id;
            former = id;
            tenure.begin();
            send(batch, sent);
        });
    }

    private void write(UUID id, long number, List<Entry> batch, boolean sent) {
        int life = router.life();
        boolean arrives = !router.isTroubled() || world.chance(0.98);
        boolean answers = arrives && (!router.isTroubled() || world.chance(0.98));
        Duration way = router.isTroubled() && world.chance(0.01) ? world.millis(50, 3_000) : world.millis(0, 4);
        if (way.compareTo(Duration.ofMillis(10)) > 0) {
            router.later(way, router::hindered);
        }
        world.at(way, () -> {
            Optional<List<Outcome>> answer = arrives ? log.write(id, number, batch) : Optional.empty();
            world.note(
                    "%s: batch %d of %d entries: %s",
                    router, number, batch.size(), arrives ? answer.isPresent() : "lost");
            answer.ifPresent(outcomes -> pokeOwners(batch, outcomes));
            if (answers) {
                world.at(world.millis(0, 4), () -> router.deliver(life, () -> answered(batch, sent, answer)));
            }
        });
        if (!answers) {
            router.later(world.millis(5, 1_000), () -> lost(batch, true));
        }
    }

    private void pokeOwners(List<Entry> batch, List<Outcome> outcomes) {
        for (int n = 0; n < batch.size(); n++) {
            if (batch.get(n) instanceof Entry.Say say && outcomes.get(n) == Outcome.WRITTEN) {
                tally.words += say.signal().name().startsWith("operator/") ? 1 : 0;
                router.poke(say.saga());
            }
        }
        tally.records +=
                batch.stream().filter(entry -> entry instanceof Entry.Append).count();
    }

    private void lost(List<Entry> batch, boolean sent) {
        tally.unanswered += sent ? 1 : 0;
        tenure.interrupted();
        router.hindered();
        var left = new ArrayList<Entry>();
        for (Entry entry : batch) {
            boolean submit = entry instanceof Entry.Submit;
            if (submit && world.chance(0.5)) {
                entry.then().accept(Outcome.UNKNOWN);
                if (sent) {
                    givenUp.add(entry.saga());
                    left.add(entry);
                } else {
                    router.arrived(entry.saga());
                }
            } else {
                left.add(entry);
            }
        }
        router.later(world.millis(1, 300), () -> send(left, sent));
    }

    private void answered(List<Entry> batch, boolean sent, Optional<List<Outcome>> answer) {
        if (answer.isPresent()) {
            settle(batch, answer.get());
            return;
        }
        int life = router.life();
        UUID id = java.util.Objects.requireNonNull(me);
        world.at(world.millis(0, 4), () -> {
            Optional<Tenure.Row> found = log.row(id);
            List<Outcome> outcomes = batch.stream().map(this::look).toList();
            world.at(
                    world.millis(0, 4),
                    () -> router.deliver(life, () -> {
                        Fate fate = tenure.fate(found, sent);
                        world.note("%s: fate %s", router, fate);
                        switch (fate) {
                            case FENCED -> fence(batch);
                            case NOT_COMMITTED -> send(batch, sent);
                            case COMMITTED -> settle(batch, outcomes);
                        }
                    }));
        });
    }

    /** What became of an entry of a batch that was committed. */
    private Outcome look(Entry entry) {
        if (entry instanceof Entry.Append append) {
            boolean there = log.saga(entry.saga()).records.stream().anyMatch(record -> record.seq() == append.seq());
            return there ? Outcome.WRITTEN : Outcome.NOT_MINE;
        }
        return Outcome.WRITTEN;
    }

    private void settle(List<Entry> batch, List<Outcome> outcomes) {
        for (int n = 0; n < batch.size(); n++) {
            Entry entry = batch.get(n);
            Outcome outcome = outcomes.get(n);
            if (entry instanceof Entry.Submit && givenUp.remove(entry.saga())) {
                router.handOver(entry.saga());
                continue;
            } else if (entry instanceof Entry.Say say && outcome == Outcome.WRITTEN) {
                LoggedSaga saga = log.saga(say.saga());
                LoggedSaga.Signal stored = saga.signals.get(say.signal().name());
                if (stored != null && stored.told() && !stored.dropped()) {
                    router.later(world.millis(0, 2), () -> router.signalled(saga.id, say.signal()));
                }
            }
            entry.then().accept(outcome);
        }
        tenure.acknowledge();
        writing = false;
        router.later(Duration.ZERO, () -> pump(closing != null));
    }

    /** What is no saga's record is written under the next id. */
    private void fence(List<Entry> batch) {
        tally.fenced++;
        me = null;
        refused.clear();
        var again = new ArrayList<Entry>();
        for (Entry entry : batch) {
            if (entry instanceof Entry.Submit || entry instanceof Entry.Say) {
                again.add(entry);
            } else {
                entry.then().accept(Outcome.NOT_MINE);
            }
        }
        for (int n = again.size() - 1; n >= 0; n--) {
            queue.addFirst(again.get(n));
        }
        router.lose();
        queue.stream().filter(Writer::isOfRunning).toList().forEach(entry -> {
            queue.remove(entry);
            entry.then().accept(Outcome.NOT_MINE);
        });
        writing = false;
        router.later(Duration.ZERO, () -> pump(true));
    }

    private static boolean isOfRunning(Entry entry) {
        return entry instanceof Entry.Append || entry instanceof Entry.Progress;
    }
}
