package org.bactrian.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bactrian.saga.LoggedSignal;
import org.bactrian.saga.SagaId;

/** The router processes, which are killed, frozen and started again. */
final class Routers {
    private final World world;
    private final ModelLog log;
    private final Tally tally;
    private final List<Router> routers = new ArrayList<>();
    private boolean troubled = true;

    Routers(World world, ModelLog log, Tally tally) {
        this.world = world;
        this.log = log;
        this.tally = tally;
    }

    void add(Router router) {
        routers.add(router);
        router.start();
        world.at(world.millis(500, 15_000), () -> trouble(router));
    }

    /** From now on all of them live. */
    void mend() {
        troubled = false;
        routers.forEach(Router::start);
        world.at(Duration.ofSeconds(1), this::mend); // one may be about to end
    }

    boolean isTroubled() {
        return troubled;
    }

    private void trouble(Router router) {
        if (!troubled) {
            return;
        }
        int what = world.random().nextInt(10);
        if (what < 4) {
            tally.crashes++;
            router.crash();
            world.at(world.millis(100, 12_000), router::start);
        } else if (what < 7) {
            Duration time = world.millis(50, 14_000);
            if (time.compareTo(Router.LEASE) > 0) {
                tally.longPauses++;
            }
            router.freeze(time);
        } else if (what < 8) {
            tally.stops++;
            router.stop();
            world.at(world.millis(500, 5_000), router::start);
        } else {
            router.cutOff(world.millis(20, 8_000));
        }
        world.at(world.millis(500, 20_000), () -> trouble(router));
    }

    /** The saga's owner looks for what it was not told, within the time of a poll. */
    void poke(SagaId saga) {
        world.at(
                world.millis(1, 100),
                () -> routers.stream()
                        .filter(router -> router.term().isPresent()
                                && router.term().equals(Optional.ofNullable(log.saga(saga).owner)))
                        .forEach(router -> router.later(Duration.ZERO, router::poll)));
    }

    private Router any() {
        return routers.get(world.random().nextInt(routers.size()));
    }

    void submit(SagaId saga, Flow flow) {
        any().submit(saga, flow);
    }

    /** At least once, and through any of them: as from a topic whose offset is committed after the signal is. */
    void say(SagaId saga, LoggedSignal signal) {
        if (troubled && world.chance(0.05)) {
            world.at(world.millis(0, 5_000), () -> any().say(saga, signal, () -> {}));
        }
        var done = new boolean[1];
        sayUntilDone(saga, signal, done);
    }

    private void sayUntilDone(SagaId saga, LoggedSignal signal, boolean[] done) {
        if (!done[0]) {
            any().say(saga, signal, () -> done[0] = true);
            world.at(world.millis(1_000, 3_000), () -> sayUntilDone(saga, signal, done));
        }
    }
}
