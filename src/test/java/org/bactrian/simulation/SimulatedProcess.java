package org.bactrian.simulation;

import java.time.Duration;
import java.util.function.Supplier;

/** What an operating system does to a process: it runs, stands still for a while, or is gone with all that it had in mind. */
class SimulatedProcess {
    final World world;
    private final String name;
    private int life;
    private boolean alive;
    private long frozenUntil;
    private long cutOffUntil;
    private long lastTrouble;

    /** The process ended in the middle of what it did. */
    static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1;

        Killed() {
            super("killed", null, false, false);
        }
    }

    /** The database could not be asked, or the answer did not come. */
    static final class Away extends RuntimeException {
        private static final long serialVersionUID = 1;

        Away() {
            super("the database is away", null, false, false);
        }
    }

    SimulatedProcess(World world, String name) {
        this.world = world;
        this.name = name;
    }

    boolean isAlive() {
        return alive;
    }

    int life() {
        return life;
    }

    void begin() {
        alive = true;
        life++;
        frozenUntil = 0;
    }

    void crash() {
        world.note("%s: crash", this);
        alive = false;
        life++;
    }

    void freeze(Duration time) {
        world.note("%s: stands still for %s", this, time);
        frozenUntil = Math.max(frozenUntil, world.nanos() + time.toNanos());
        lastTrouble = Math.max(lastTrouble, frozenUntil);
    }

    void cutOff(Duration time) {
        world.note("%s: has no database for %s", this, time);
        cutOffUntil = Math.max(cutOffUntil, world.nanos() + time.toNanos());
        lastTrouble = Math.max(lastTrouble, cutOffUntil);
    }

    /** Something kept it from its work until now. */
    void hindered() {
        lastTrouble = Math.max(lastTrouble, world.nanos());
    }

    boolean isCutOff() {
        return world.nanos() < cutOffUntil;
    }

    /** Whether nothing has hindered it for so long. */
    boolean isHealthySince(Duration time) {
        return world.nanos() - lastTrouble > time.toNanos();
    }

    /** In this life only, and not while it stands still. */
    void later(Duration after, Runnable work) {
        int begun = life;
        world.at(after, () -> deliver(begun, work));
    }

    /** What comes from outside, now. */
    void deliver(int begun, Runnable work) {
        if (!alive || life != begun) {
            return;
        } else if (world.nanos() < frozenUntil) {
            world.at(
                    Duration.ofNanos(frozenUntil - world.nanos()).plus(world.millis(0, 3)), () -> deliver(begun, work));
        } else {
            work.run();
        }
    }

    /** Asks the database and waits for the answer; everything else goes on meanwhile, its own other threads too. */
    <T> T blocking(Supplier<T> question, double lost) {
        int begun = life;
        pass(begun);
        if (isCutOff() || world.chance(lost)) {
            throw new Away();
        }
        T answer = question.get();
        pass(begun);
        if (world.chance(lost)) {
            throw new Away();
        }
        return answer;
    }

    private void pass(int begun) {
        world.pass(world.millis(0, 15));
        while (alive && life == begun && world.nanos() < frozenUntil) {
            world.pass(Duration.ofNanos(frozenUntil - world.nanos()));
        }
        if (!alive || life != begun) {
            throw new Killed();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
