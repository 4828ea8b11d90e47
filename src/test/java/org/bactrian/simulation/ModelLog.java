package org.bactrian.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.bactrian.saga.OwnedSaga;
import org.bactrian.saga.Resumption;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaRecord;
import org.bactrian.saga.Tenure;
import org.bactrian.simulation.Entry.Outcome;
import org.jspecify.annotations.Nullable;

/** The saga log: each method is one transaction of its, which happens at once and wholly. */
final class ModelLog {
    private final World world;
    private final Plant plant;
    private final int mostAttempts;
    private final Tally tally;
    private final Set<String> paused = new TreeSet<>();
    private final Map<UUID, Instance> instances = new HashMap<>();
    private final Map<SagaId, LoggedSaga> sagas = new TreeMap<>();

    private static final class Instance {
        long batch;
        boolean dead;
        Instant heartbeat;

        Instance(Instant heartbeat) {
            this.heartbeat = heartbeat;
        }
    }

    ModelLog(World world, Plant plant, int mostAttempts, Tally tally) {
        this.world = world;
        this.plant = plant;
        this.mostAttempts = mostAttempts;
        this.tally = tally;
    }

    Collection<LoggedSaga> sagas() {
        return sagas.values();
    }

    LoggedSaga saga(SagaId id) {
        return java.util.Objects.requireNonNull(sagas.get(id));
    }

    void register(UUID me, @Nullable UUID former) {
        if (former != null) {
            instances.computeIfAbsent(former, id -> new Instance(world.instant())).dead = true;
        }
        instances.put(me, new Instance(world.instant()));
    }

    Optional<Tenure.Row> row(UUID me) {
        return Optional.ofNullable(instances.get(me)).map(row -> new Tenure.Row(row.batch, row.dead));
    }

    /** Empty if the fence holds it back: then nothing is written. */
    Optional<List<Outcome>> write(UUID me, long batch, List<Entry> entries) {
        Instance row = instances.get(me);
        if (row == null) {
            return Optional.empty();
        }
        if (plant != Plant.NO_FENCE && (row.dead || row.batch != batch - 1)) {
            return Optional.empty();
        }
        row.batch = batch;
        row.heartbeat = world.instant();
        var outcomes = new ArrayList<Outcome>();
        for (Entry entry : entries) {
            outcomes.add(write(me, entry));
        }
        return Optional.of(outcomes);
    }

    private Outcome write(UUID me, Entry entry) {
        if (entry instanceof Entry.Submit submit) {
            return submit(me, submit);
        }
        LoggedSaga saga = saga(entry.saga());
        if (entry instanceof Entry.Append append) {
            return append(me, saga, append);
        } else if (entry instanceof Entry.Say say) {
            return say(me, saga, say);
        }
        if (me.equals(saga.owner)) {
            saga.claims = 0;
        }
        return Outcome.WRITTEN;
    }

    private Outcome submit(UUID me, Entry.Submit submit) {
        if (sagas.containsKey(submit.saga())) {
            return Outcome.REPEATED;
        }
        var saga = new LoggedSaga(submit.saga(), submit.flow());
        saga.owner = submit.waits() ? null : me;
        saga.waitsSince = submit.waits() ? world.instant() : null;
        saga.deadline = submit.flow().limit().isZero()
                ? null
                : world.instant().plus(submit.flow().limit());
        saga.append(0, new SagaRecord.Payload(submit.payload()), world.instant(), mostAttempts);
        sagas.put(saga.id, saga);
        return Outcome.WRITTEN;
    }

    private Outcome append(UUID me, LoggedSaga saga, Entry.Append append) {
        if (!me.equals(saga.owner)) {
            return Outcome.NOT_MINE;
        }
        boolean outcome =
                append.record() instanceof SagaRecord.Succeeded || append.record() instanceof SagaRecord.Failed;
        if (saga.status.isEnd() && !outcome) {
            return Outcome.LATE;
        }
        saga.append(append.seq(), append.record(), world.instant(), mostAttempts);
        tally.waits += append.record() instanceof SagaRecord.Waiting ? 1 : 0;
        if (append.record().isProgress()) {
            saga.claims = 0;
        }
        return Outcome.WRITTEN;
    }

    private Outcome say(UUID me, LoggedSaga saga, Entry.Say say) {
        if (saga.status.isEnd()) {
            return Outcome.LATE;
        } else if (saga.signals.containsKey(say.signal().name())) {
            return Outcome.REPEATED;
        }
        boolean mine = me.equals(saga.owner);
        boolean dropped = plant == Plant.SIGNAL_DROPPED && world.chance(0.25);
        saga.signals.put(say.signal().name(), new LoggedSaga.Signal(say.signal(), mine, dropped, world.instant()));
        return Outcome.WRITTEN;
    }

    void declareDead(UUID me, Duration lease) {
        Instance own = instances.get(me);
        if (own == null || own.dead) {
            return;
        }
        Instant silent = world.instant().minus(lease);
        instances.forEach((id, other) -> {
            if (!id.equals(me) && other.heartbeat.isBefore(silent) && !other.dead) {
                other.dead = true;
                world.note("%s declares %s dead", me, id);
            }
        });
    }

    private boolean isNobodys(LoggedSaga saga) {
        return !saga.status.isEnd()
                && saga.waitsSince == null
                && (saga.owner == null
                        || Optional.ofNullable(instances.get(saga.owner))
                                .map(owner -> owner.dead)
                                .orElse(false));
    }

    List<SagaId> interrupted(int most) {
        return sagas.values().stream()
                .filter(this::isNobodys)
                .filter(saga -> !isSuspect(saga))
                .limit(most)
                .map(saga -> saga.id)
                .toList();
    }

    Optional<SagaId> suspect() {
        return sagas.values().stream()
                .filter(this::isNobodys)
                .filter(ModelLog::isSuspect)
                .min(Comparator.comparingInt(saga -> saga.claims))
                .map(saga -> saga.id);
    }

    boolean isOnProbation(UUID me, SagaId suspect) {
        LoggedSaga saga = saga(suspect);
        return me.equals(saga.owner) && !saga.status.isEnd() && isSuspect(saga);
    }

    private static boolean isSuspect(LoggedSaga saga) {
        return saga.claims >= Resumption.SUSPECT_CLAIMS && saga.parked.isEmpty();
    }

    /** A cancel is not held by a pause. */
    List<SagaId> waiting(int most) {
        return sagas.values().stream()
                .filter(saga -> saga.waitsSince != null && !saga.status.isEnd())
                .filter(saga -> !paused.contains(saga.waitsFor) || saga.hasUnheardCancel())
                .limit(most)
                .map(saga -> saga.id)
                .toList();
    }

    Set<String> paused() {
        return Set.copyOf(paused);
    }

    /** @param name a step's; empty: the pipeline */
    void pause(String name, boolean paused) {
        world.note("%s paused: %s", name, paused);
        if (paused) {
            this.paused.add(name);
        } else {
            this.paused.remove(name);
        }
    }

    List<SagaId> claim(UUID me, List<SagaId> found) {
        Instance own = instances.get(me);
        if (own == null || own.dead) {
            return List.of();
        }
        List<SagaId> claimed = found.stream()
                .filter(id -> isNobodys(saga(id)) || saga(id).waitsSince != null)
                .toList();
        for (SagaId id : claimed) {
            LoggedSaga saga = saga(id);
            saga.claims += saga.owner == null ? 0 : 1;
            saga.owner = me;
            saga.waitsNoMore(world.instant());
        }
        return claimed;
    }

    /** All sagas of an instance that stops are nobody's, and it is no more. */
    void release(UUID me) {
        instances.remove(me);
        sagas.values().stream().filter(saga -> me.equals(saga.owner)).forEach(saga -> saga.owner = null);
    }

    List<OwnedSaga> owned(UUID me, Collection<SagaId> ids) {
        return ids.stream()
                .map(this::saga)
                .filter(saga -> me.equals(saga.owner) && !saga.status.isEnd())
                .map(saga -> new OwnedSaga(
                        saga.id,
                        "pipeline",
                        "key",
                        saga.deadline,
                        saga.claims,
                        saga.records,
                        saga.signals.values().stream()
                                .filter(signal -> !signal.dropped())
                                .map(LoggedSaga.Signal::signal)
                                .toList()))
                .toList();
    }

    boolean hasEnded() {
        return sagas.values().stream().allMatch(saga -> saga.status.isEnd());
    }

    Optional<LoggedSaga> find(SagaId id) {
        return Optional.ofNullable(sagas.get(id));
    }
}
