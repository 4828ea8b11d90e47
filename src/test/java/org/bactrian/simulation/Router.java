package org.bactrian.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.bactrian.saga.Call;
import org.bactrian.saga.Content;
import org.bactrian.saga.Failure;
import org.bactrian.saga.Folded;
import org.bactrian.saga.LoggedSignal;
import org.bactrian.saga.OperatorWord;
import org.bactrian.saga.OwnedSaga;
import org.bactrian.saga.Resumption;
import org.bactrian.saga.RetryPause;
import org.bactrian.saga.SagaDriver;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaRecord;
import org.bactrian.saga.Surroundings;
import org.bactrian.saga.Surroundings.Alarm;
import org.bactrian.simulation.Entry.Outcome;

/** One router process: the sagas that it drives, its writer and its claims. */
final class Router extends SimulatedProcess {
    static final Duration LEASE = Duration.ofSeconds(5);
    static final Duration HEARTBEAT = Duration.ofSeconds(1);
    static final RetryPause PAUSES = new RetryPause(Duration.ofMillis(200), Duration.ofSeconds(3), 4);

    private final ModelLog log;
    private final Participants participants;
    private final Routers routers;
    private final Tally tally;
    private final long clockOffset;
    private final Map<SagaId, Drive> live = new TreeMap<>();
    private final Map<String, Integer> begun = new HashMap<>();
    private Writer writer;
    private Claims claims;
    private int term;

    Router(String name, World world, ModelLog log, Participants participants, Routers routers, Tally tally) {
        super(world, name);
        this.log = log;
        this.participants = participants;
        this.routers = routers;
        this.tally = tally;
        this.clockOffset = world.random().nextLong(1L << 50);
        this.writer = new Writer(this, log, tally);
        this.claims = new Claims(this, log, writer, tally);
    }

    void start() {
        if (isAlive()) {
            return;
        }
        begin();
        live.clear();
        writer = new Writer(this, log, tally);
        claims = new Claims(this, log, writer, tally);
        world.note("%s: starts", this);
        writer.beat();
        claims.beat();
    }

    /** As on SIGTERM: what waits is written, then its sagas are nobody's. */
    void stop() {
        if (isAlive() && !writer.isClosed()) {
            world.note("%s: stops", this);
            lose();
            writer.close(this::crash);
        }
    }

    long nanos() {
        return world.nanos() + clockOffset;
    }

    boolean isTroubled() {
        return routers.isTroubled();
    }

    int liveCount() {
        return live.size();
    }

    SagaDriver driver(Folded folded, Surroundings surroundings) {
        return new SagaDriver(folded, surroundings, PAUSES, world.instant(), this::nanos, world.random());
    }

    void write(Entry entry) {
        writer.add(entry);
    }

    boolean isFull(SagaRecord record) {
        return isTroubled() && !(record instanceof SagaRecord.Parked) && world.chance(0.001);
    }

    /** From a client, who is answered once it is on disk, or not at all. */
    void submit(SagaId id, Flow flow) {
        if (!isAlive() || writer.isClosed()) {
            world.at(Duration.ofMillis(300), () -> routers.submit(id, flow));
            return;
        }
        later(Duration.ZERO, () -> {
            int entered = term;
            write(new Entry.Submit(id, Content.EMPTY, flow, outcome -> {
                if (outcome == Outcome.WRITTEN) {
                    later(world.millis(0, 2), () -> entered(id, flow, entered));
                }
            }));
        });
    }

    private void entered(SagaId id, Flow flow, int entered) {
        var drive = new Drive(this, world, Folded.fresh(id), flow);
        live.put(id, drive);
        if (entered != term) {
            drive.tell(SagaDriver::release);
            claims.handOver(id);
        } else {
            if (!flow.limit().isZero()) {
                drive.tell(driver -> driver.limit(new Alarm.TimeLimit(flow.limit(), "its time limit is over")));
            }
            drive.run(Content.EMPTY);
        }
        claims.arrived(id);
    }

    /** From the log: the saga is this process's from now on. */
    void takeOver(OwnedSaga owned, Flow flow) {
        if (live.containsKey(owned.id())) {
            return;
        }
        tally.claims++;
        var drive = new Drive(this, world, Folded.of(owned), flow);
        live.put(owned.id(), drive);
        owned.signals().stream().filter(signal -> !isOperators(signal)).forEach(drive::signalled);
        Instant now = world.instant();
        Optional<Instant> deadline = Optional.ofNullable(owned.deadline());
        var takeover = new Resumption.Takeover(
                owned.claims(), deadline.filter(end -> !end.isAfter(now)).isPresent(), false);
        Optional<Alarm.TimeLimit> limit = deadline.map(
                end -> new Alarm.TimeLimit(Duration.between(now, end), "its time limit was over at " + end));
        Resumption next = drive.ask(driver -> driver.resume(Optional.of(Content.EMPTY), takeover, limit));
        world.note(
                "%s: %s taken over, claims %d, %s",
                this, owned.id(), owned.claims(), next.getClass().getSimpleName());
        owned.signals().stream().filter(Router::isOperators).forEach(drive::signalled);
    }

    private static boolean isOperators(LoggedSignal signal) {
        return signal.name().startsWith(OperatorWord.RESERVED);
    }

    /** Others have them now. */
    void lose() {
        term++;
        List.copyOf(live.values()).forEach(drive -> drive.tell(SagaDriver::release));
    }

    void gone(Drive drive) {
        live.remove(drive.id(), drive);
    }

    void driveAnew(SagaId id) {
        write(new Entry.Progress(
                id,
                outcome -> later(Duration.ZERO, () -> {
                    if (outcome == Outcome.WRITTEN) {
                        claims.handOver(id);
                    }
                })));
    }

    void say(SagaId saga, LoggedSignal signal, Runnable done) {
        if (isAlive() && !writer.isClosed()) {
            later(Duration.ZERO, () -> write(new Entry.Say(saga, signal, outcome -> done.run())));
        }
    }

    /** It is on disk. */
    void signalled(SagaId saga, LoggedSignal signal) {
        tally.signals++;
        if (!claims.keeps(saga, signal)) {
            Optional.ofNullable(live.get(saga)).ifPresent(drive -> drive.signalled(signal));
        }
    }

    /** This process's sagas have signals that it was not told of. */
    void poll() {
        writer.term()
                .ifPresent(me -> live.values().stream()
                        .toList()
                        .forEach(drive -> log.saga(drive.id()).signals.values().stream()
                                .filter(signal ->
                                        !signal.told() && !signal.dropped() && me.equals(log.saga(drive.id()).owner))
                                .forEach(signal -> later(world.millis(0, 2), () -> drive.signalled(signal.signal())))));
    }

    void readSignals(Drive drive) {
        later(
                world.millis(0, 10),
                () -> log.saga(drive.id()).signals.values().stream()
                        .filter(signal -> !signal.dropped())
                        .forEach(signal -> drive.signalled(signal.signal())));
    }

    void handOver(SagaId id) {
        claims.handOver(id);
    }

    void expect(SagaId id) {
        claims.expect(List.of(id));
    }

    void arrived(SagaId id) {
        claims.arrived(id);
    }

    void request(SagaId saga, Flow.Part part, Call call, Consumer<Optional<Failure>> answer) {
        int now = life();
        participants.call(saga, part, call, said -> deliver(now, () -> answer.accept(said)));
    }

    void command(SagaId saga, Flow.Part part, Call call) {
        participants.command(saga, part, call, reply -> routers.say(saga, reply));
    }

    /** An action runs only if its begin is on disk, and not if its success is. */
    void requireBegun(SagaId id, String step) {
        LoggedSaga saga = log.saga(id);
        LoggedSaga.LoggedStep logged = saga.step(step);
        boolean mine = writer.term().filter(me -> me.equals(saga.owner)).isPresent();
        int asked = begun.merge(id + "/" + step, 1, Integer::sum);
        if (asked > logged.attempts || (mine && logged.succeeded)) {
            throw new Violation(
                    "G6",
                    "saga %s: %s is run, but the log has %d attempts at it, succeeded: %s",
                    id,
                    step,
                    logged.attempts,
                    logged.succeeded);
        }
    }

    /** A callback is called only if its attempt is on disk. */
    void requireAsked(SagaId saga, String step, Call call, int attempt) {
        int logged = log.saga(saga).step(step).called.getOrDefault(call, 0);
        if (logged < attempt) {
            throw new Violation(
                    "G6",
                    "saga %s: the %s of %s is called, attempt %d, but the log has %d",
                    saga,
                    call,
                    step,
                    attempt,
                    logged);
        }
    }

    /** A wait ended without its signal: it must not have been there for long. */
    void missed(SagaId id, String name) {
        LoggedSaga saga = log.saga(id);
        LoggedSaga.Signal signal = saga.signals.get(name);
        Duration slack = Duration.ofSeconds(2);
        boolean mine = writer.term().filter(me -> me.equals(saga.owner)).isPresent();
        if (signal != null
                && mine
                && isHealthySince(slack)
                && !writer.isStuck()
                && signal.at().isBefore(world.instant().minus(slack))) {
            throw new Violation(
                    "Signals", "saga %s waited for %s in vain: it is in the log since %s", id, name, signal.at());
        }
    }

    /** Whoever owns the saga will look. */
    void poke(SagaId saga) {
        routers.poke(saga);
    }

    Optional<java.util.UUID> term() {
        return writer.term();
    }
}
