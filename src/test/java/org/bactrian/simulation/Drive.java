package org.bactrian.simulation;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.bactrian.saga.Call;
import org.bactrian.saga.Content;
import org.bactrian.saga.Failure;
import org.bactrian.saga.Folded;
import org.bactrian.saga.LoggedSignal;
import org.bactrian.saga.OperatorWord;
import org.bactrian.saga.SagaDriver;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaRecord;
import org.bactrian.saga.Step;
import org.bactrian.saga.Surroundings;
import org.bactrian.simulation.Entry.Outcome;

/** One saga on one router: its driver, told one thing at a time, and the surroundings that it asks. */
final class Drive implements Surroundings {
    private final Router router;
    private final World world;
    private final SagaDriver driver;
    private final SagaId id;
    private final Flow flow;
    private final Deque<Consumer<SagaDriver>> turns = new ArrayDeque<>();
    private final Map<String, LoggedSignal> signals = new HashMap<>();
    private final Map<String, Consumer<Optional<LoggedSignal>>> waits = new LinkedHashMap<>();
    private final Map<String, Consumer<Boolean>> pauses = new LinkedHashMap<>();
    private final Map<String, Runnable> holds = new TreeMap<>();
    private final Map<Integer, Runnable> onDisk = new HashMap<>();
    private int lastSeq = -1;
    private boolean lastIsWritten = true;
    private boolean busy;
    private boolean settled;
    private boolean read;

    Drive(Router router, World world, Folded folded, Flow flow) {
        this.router = router;
        this.world = world;
        this.flow = flow;
        this.id = folded.saga().id();
        this.driver = router.driver(folded, this);
    }

    SagaId id() {
        return id;
    }

    Flow flow() {
        return flow;
    }

    boolean isReleased() {
        return driver.isReleased();
    }

    <T> T ask(Function<SagaDriver, T> question) {
        if (busy) {
            return question.apply(driver);
        }
        busy = true;
        try {
            return question.apply(driver);
        } finally {
            busy = false;
            takeTurns();
        }
    }

    void tell(Consumer<SagaDriver> event) {
        turns.add(event);
        if (!busy) {
            takeTurns();
        }
    }

    private void takeTurns() {
        busy = true;
        try {
            for (Consumer<SagaDriver> turn = turns.poll(); turn != null; turn = turns.poll()) {
                turn.accept(driver);
            }
        } finally {
            busy = false;
        }
    }

    /** Has the driver decide, and goes on once all that it recorded so far is on disk; not at all if that is refused. */
    void decide(Consumer<SagaDriver> decision, Runnable then) {
        ask(asked -> {
            decision.accept(asked);
            if (lastIsWritten) {
                router.later(Duration.ZERO, then);
            } else {
                Runnable before = onDisk.getOrDefault(lastSeq, () -> {});
                onDisk.put(lastSeq, () -> {
                    before.run();
                    then.run();
                });
            }
            return id;
        });
    }

    void signalled(LoggedSignal signal) {
        Optional<OperatorWord> word = Operator.word(signal);
        if (word.isPresent()) {
            tell(told -> told.hear(word.get()));
        } else if (signal.name().startsWith("record/")) {
            tell(told -> told.actions().joined(joined(signal)));
        } else if (!settled && signals.putIfAbsent(signal.name(), signal) == null) {
            Optional.ofNullable(waits.remove(signal.name())).ifPresent(wait -> wait.accept(Optional.of(signal)));
        }
    }

    private SagaRecord.OfStep joined(LoggedSignal signal) {
        int last = signal.name().lastIndexOf('/');
        String step = signal.name().substring(last + 1);
        return switch (signal.name().substring(0, last)) {
            case "record/begun" -> new SagaRecord.Begun(step, flow.part(step).plan());
            case "record/succeeded" -> new SagaRecord.Succeeded(step, Content.EMPTY);
            default -> new SagaRecord.Failed(step, new Failure(Failure.Kind.REFUSED, "no"));
        };
    }

    /** Register, read the log, then wait; empty when the time is over. Of no consequence once the saga has settled. */
    void await(String name, Duration most, Consumer<Optional<LoggedSignal>> then) {
        if (settled) {
            return;
        } else if (signals.containsKey(name)) {
            router.later(Duration.ZERO, () -> then.accept(Optional.of(signals.get(name))));
            return;
        }
        waits.put(name, then);
        if (!read) {
            read = true;
            router.readSignals(this);
        }
        router.later(most, () -> {
            if (waits.remove(name, then)) {
                router.missed(id, name);
                then.accept(Optional.empty());
            }
        });
    }

    /** As {@code Actions.mayAskAgain}, with what follows after the pause. */
    void pause(SagaRecord.Failed failed, int attempt, Consumer<Boolean> then) {
        Optional<Duration> pause = ask(asked -> asked.actions().mayAskAgain(failed, attempt, Duration.ZERO));
        if (pause.isEmpty()) {
            then.accept(false);
            return;
        }
        pauses.put(failed.step(), then);
        router.later(pause.get(), () -> {
            if (pauses.remove(failed.step(), then)) {
                then.accept(true);
            }
        });
    }

    /** Before a step that is paused; goes on when its pause is over, if the saga does. */
    void hold(String step, Runnable then) {
        boolean held = ask(asked -> asked.actions().holds().hold(step));
        if (held) {
            holds.put(step, then);
        } else {
            router.later(Duration.ZERO, then);
        }
    }

    /** What is not paused any more goes on. */
    void endHolds() {
        for (String step : List.copyOf(holds.keySet())) {
            if (!router.isPaused(step) && ask(asked -> asked.actions().holds().end(step))) {
                router.later(Duration.ZERO, Objects.requireNonNull(holds.remove(step)));
            }
        }
    }

    @Override
    public boolean append(int seq, SagaRecord record) {
        lastSeq = seq;
        lastIsWritten = false;
        world.note("%s %s: append %d %s", router, id, seq, record);
        if (router.isFull(record)) {
            tell(told -> driveAnew());
            return false;
        }
        router.write(new Entry.Append(
                id, seq, record, outcome -> router.later(world.millis(0, 2), () -> written(seq, outcome))));
        return true;
    }

    private void written(int seq, Outcome outcome) {
        tell(told -> {
            if (outcome == Outcome.WRITTEN) {
                told.written(seq);
            } else if (outcome == Outcome.NOT_MINE) {
                told.release();
            } else {
                told.notWritten(seq, outcome == Outcome.BAD ? "it is bad" : "the saga has ended");
            }
        });
        lastIsWritten |= seq == lastSeq && outcome == Outcome.WRITTEN;
        Runnable then = onDisk.remove(seq);
        if (then != null && outcome == Outcome.WRITTEN && !isReleased()) {
            then.run();
        }
    }

    @Override
    public void run(Content payload) {
        router.later(world.millis(0, 2), () -> new Run(this, router, world).start());
    }

    @Override
    public void call(Step step, Call call, int attempt) {
        Flow.Part part = flow.part(step.name());
        router.requireAsked(id, step.name(), call, attempt);
        ask(part, call, Duration.ofSeconds(3), failure -> tell(told -> told.answered(step.name(), call, failure)));
    }

    /** By a call, or by a command that a signal answers. */
    void ask(Flow.Part part, Call call, Duration most, Consumer<Optional<Failure>> then) {
        if (part.answersBySignal()) {
            router.command(id, part, call);
            await(
                    part.name() + ":" + call.header(),
                    most,
                    signal -> then.accept(signal.map(Drive::failureIn)
                            .orElseGet(() -> Optional.of(new Failure(Failure.Kind.UNKNOWN, "no signal in time")))));
            return;
        }
        var once = new boolean[1];
        Consumer<Optional<Failure>> first = failure -> {
            if (!once[0]) {
                once[0] = true;
                then.accept(failure);
            }
        };
        router.request(id, part, call, first);
        router.later(most, () -> first.accept(Optional.of(new Failure(Failure.Kind.UNKNOWN, "time-out"))));
    }

    private static Optional<Failure> failureIn(LoggedSignal signal) {
        return signal.type().isEmpty()
                ? Optional.empty()
                : Optional.of(new Failure(Failure.Kind.REFUSED, signal.type()));
    }

    @Override
    public void wake(Duration after, Alarm alarm) {
        router.later(after, () -> {
            if (!settled) {
                tell(told -> told.woken(alarm));
            }
        });
    }

    @Override
    public void endPauses() {
        var ended = List.copyOf(pauses.values());
        pauses.clear();
        ended.forEach(pause -> router.later(Duration.ZERO, () -> pause.accept(false)));
    }

    @Override
    public void settled(RuntimeException why) {
        settled = true;
        waits.clear();
        holds.clear();
        world.note("%s %s: settled, %s", router, id, String.valueOf(why.getMessage()));
        if (driver.recorded().isEnd() || driver.isReleased()) {
            router.gone(this);
        }
    }

    @Override
    public void driveAnew() {
        driver.release();
        router.driveAnew(id);
    }
}
