package org.bactrian.simulation;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaStatus;
import org.bactrian.simulation.Participants.Effect;
import org.jspecify.annotations.Nullable;

/** Everything that happens by one seed: some trouble, then none until every saga has ended. */
final class Schedule {
    private static final Duration MOST = Duration.ofMinutes(15);

    private final long seed;
    private final World world;
    private final ModelLog log;
    private final Participants participants;
    private final Routers routers;
    private final Operator operator;
    private final Tally tally = new Tally();

    Schedule(long seed, Plant plant, boolean traced) {
        this.seed = seed;
        this.world = new World(seed, traced);
        this.log = new ModelLog(world, plant, Router.PAUSES.attempts());
        this.participants = new Participants(world, log);
        this.routers = new Routers(world, log, tally);
        this.operator = new Operator(world, log, routers);
    }

    /** With its seed; null if none of so many schedules has one. */
    static @Nullable String firstViolation(long schedules, String plant) {
        for (long seed = 1; seed <= schedules; seed++) {
            try {
                new Schedule(seed, Plant.valueOf(plant), false).run();
            } catch (RuntimeException e) {
                return "seed %d, %s".formatted(seed, e.getMessage());
            }
        }
        return null;
    }

    /** The trace ends with what is violated. */
    static List<String> trace(long seed, Plant plant) {
        var schedule = new Schedule(seed, plant, true);
        try {
            schedule.run();
        } catch (RuntimeException e) {
            schedule.world.note("%s", e);
        }
        return schedule.world.trace();
    }

    /** @throws Violation if a guarantee does not hold */
    Tally run() {
        int processes = 1 + world.random().nextInt(3);
        for (int n = 1; n <= processes; n++) {
            routers.add(new Router("r" + n, world, log, participants, routers, tally));
        }
        int sagas = 1 + world.random().nextInt(3);
        for (int n = 1; n <= sagas; n++) {
            var id = new SagaId(new UUID(seed, n));
            Flow flow = Flow.any(world);
            world.note("saga %s: %s", id, flow);
            world.at(world.millis(0, 8_000), () -> routers.submit(id, flow));
        }
        operator.start();
        world.at(world.millis(5_000, 60_000), this::mend);
        long most = MOST.toNanos();
        var calm = new boolean[1];
        world.at(Duration.ofSeconds(60), () -> calm[0] = true);
        while (!(calm[0] && log.hasEnded() && !routers.isTroubled()) && world.next()) {
            if (world.nanos() > most) {
                throw new Violation("G2", "after %s without trouble these have not ended: %s", MOST, unended());
            }
        }
        for (long end = world.nanos() + Duration.ofSeconds(40).toNanos(); world.nanos() < end; ) {
            world.next(); // copies of messages that are still under way
        }
        log.sagas().forEach(this::requireAllOrUndone);
        tally.schedules = 1;
        tally.events = world.count();
        return tally;
    }

    private void mend() {
        world.note("no more trouble");
        participants.mend();
        routers.mend();
        operator.mend();
    }

    private List<String> unended() {
        return log.sagas().stream()
                .filter(saga -> !saga.status.isEnd())
                .map(saga -> "%s is %s, parked: %s".formatted(saga.id, saga.status, saga.parked))
                .toList();
    }

    private void requireAllOrUndone(LoggedSaga saga) {
        boolean completed = saga.status == SagaStatus.COMPLETED;
        tally.completed += completed ? 1 : 0;
        tally.aborted += completed ? 0 : 1;
        tally.parked += saga.parkings;
        for (Flow.Part part : saga.flow.parts()) {
            Optional<LoggedSaga.LoggedStep> step = Optional.ofNullable(saga.steps.get(part.name()));
            Effect effect = participants.effect(saga.id, part.name());
            boolean right = step.isEmpty()
                    ? !completed && effect == Effect.NONE
                    : completed
                            ? effect == (part.plan().completion() == null ? Effect.APPLIED : Effect.CONFIRMED)
                            : effect != Effect.CONFIRMED
                                    && (effect != Effect.APPLIED
                                            || part.plan().compensation() == null
                                            || step.get().skipped);
            if (!right) {
                throw new Violation("G3", "saga %s is %s, but %s is %s", saga.id, saga.status, part.name(), effect);
            }
        }
    }
}
