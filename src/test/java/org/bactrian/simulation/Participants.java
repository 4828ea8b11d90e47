package org.bactrian.simulation;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.bactrian.saga.Call;
import org.bactrian.saga.Content;
import org.bactrian.saga.Failure;
import org.bactrian.saga.Failure.Kind;
import org.bactrian.saga.LoggedSignal;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaStatus;

/** The services behind the steps, each with a barrier, and the network to them, which loses, delays and doubles. */
final class Participants {
    private final World world;
    private final ModelLog log;
    private final Map<String, Account> accounts = new HashMap<>();
    private final Map<String, Integer> failed = new HashMap<>();
    private boolean troubled = true;

    /** What one step has done to one participant. */
    enum Effect {
        NONE,
        APPLIED,
        REFUSED,
        UNDONE,
        CONFIRMED
    }

    private static final class Account {
        Effect effect = Effect.NONE;
        boolean applied;
    }

    Participants(World world, ModelLog log) {
        this.world = world;
        this.log = log;
    }

    /** From now on everybody answers, and at once. */
    void mend() {
        troubled = false;
    }

    Effect effect(SagaId saga, String step) {
        return account(saga, step).effect;
    }

    /** Whether its action was ever applied. */
    boolean wasApplied(SagaId saga, String step) {
        return account(saga, step).applied;
    }

    private Account account(SagaId saga, String step) {
        return accounts.computeIfAbsent(saga + "/" + step, key -> new Account());
    }

    /** @param answer is told once, or never; empty if it was done */
    void call(SagaId saga, Flow.Part part, Call call, Consumer<Optional<Failure>> answer) {
        if (troubled && world.chance(0.04)) {
            world.at(world.millis(0, 30_000), () -> take(saga, part, call)); // a copy, perhaps much later
        }
        boolean reaches = !troubled || world.chance(0.94);
        boolean answers = !troubled || world.chance(0.94);
        world.at(way(), () -> {
            Optional<Failure> said = reaches ? take(saga, part, call) : Optional.of(new Failure(Kind.UNKNOWN, "away"));
            Duration back = troubled && world.chance(0.03) ? world.millis(100, 15_000) : world.millis(1, 30);
            if (answers) {
                world.at(back, () -> answer.accept(said));
            } else if (world.chance(0.7)) {
                world.at(back, () -> answer.accept(Optional.of(new Failure(Kind.UNKNOWN, "connection lost"))));
            }
        });
    }

    /** Over a topic: delivered at least once, and answered, whatever it takes. */
    void command(SagaId saga, Flow.Part part, Call call, Consumer<LoggedSignal> reply) {
        int copies = troubled && world.chance(0.05) ? 2 : 1;
        for (int copy = 0; copy < copies; copy++) {
            world.at(way(), () -> consume(saga, part, call, reply));
        }
    }

    private void consume(SagaId saga, Flow.Part part, Call call, Consumer<LoggedSignal> reply) {
        if (part.joins() && call == Call.ACTION) {
            join(
                    saga,
                    part.joined(),
                    300,
                    joined -> answer(
                            saga,
                            part,
                            call,
                            joined ? take(saga, part, call) : Optional.of(new Failure(Kind.REFUSED, "no")),
                            reply),
                    reply);
        } else {
            answer(saga, part, call, take(saga, part, call), reply);
        }
    }

    /** Says that it joins, and acts once the log has it in a saga that is STARTED. */
    private void join(SagaId saga, Flow.Part part, int looks, Consumer<Boolean> then, Consumer<LoggedSignal> say) {
        say.accept(new LoggedSignal("record/begun/" + part.name(), "", Content.EMPTY));
        world.at(Duration.ofMillis(100), () -> {
            LoggedSaga logged = log.saga(saga);
            if (logged.status != SagaStatus.STARTED || looks == 0) {
                then.accept(false);
            } else if (logged.steps.containsKey(part.name())) {
                boolean done = take(saga, part, Call.ACTION).isEmpty();
                say.accept(new LoggedSignal(
                        "record/%s/%s".formatted(done ? "succeeded" : "failed", part.name()), "", Content.EMPTY));
                then.accept(done);
            } else {
                join(saga, part, looks - 1, then, say);
            }
        });
    }

    private void answer(SagaId saga, Flow.Part part, Call call, Optional<Failure> said, Consumer<LoggedSignal> reply) {
        if (said.filter(failure -> failure.kind() == Kind.UNKNOWN).isPresent()) {
            world.at(world.millis(100, 1_000), () -> consume(saga, part, call, reply));
        } else {
            String type = said.map(Failure::reason).orElse("");
            world.at(
                    way(),
                    () -> reply.accept(new LoggedSignal(part.name() + ":" + call.header(), type, Content.EMPTY)));
        }
    }

    private Duration way() {
        return troubled && world.chance(0.05) ? world.millis(100, 15_000) : world.millis(1, 30);
    }

    /** One local transaction. */
    private Optional<Failure> take(SagaId saga, Flow.Part part, Call call) {
        Account account = account(saga, part.name());
        if (troubled && call != Call.ACTION) {
            if (part.callbackRefused()) {
                return Optional.of(new Failure(Kind.REFUSED, "I will not"));
            } else if (failed.merge(saga + "/" + part.name(), 1, Integer::sum) <= part.failures()) {
                return Optional.of(new Failure(Kind.UNKNOWN, "503"));
            }
        }
        Effect before = account.effect;
        Optional<Failure> said = switch (call) {
            case ACTION -> act(account, part);
            case COMPENSATION -> undo(account, saga, part);
            case COMPLETION -> confirm(account, saga, part);
        };
        world.note("  %s %s of %s: %s -> %s", call, part.name(), saga, before, account.effect);
        return said;
    }

    private static Optional<Failure> act(Account account, Flow.Part part) {
        if (account.effect == Effect.NONE) {
            account.effect = part.refuses() ? Effect.REFUSED : Effect.APPLIED;
            account.applied = !part.refuses();
        }
        return account.effect == Effect.REFUSED || account.effect == Effect.UNDONE
                ? Optional.of(new Failure(Kind.REFUSED, "no"))
                : Optional.empty();
    }

    private static Optional<Failure> undo(Account account, SagaId saga, Flow.Part part) {
        if (account.effect == Effect.CONFIRMED) {
            throw new Violation("G3", "saga %s: %s is undone after it was confirmed", saga, part.name());
        }
        account.effect = Effect.UNDONE;
        return Optional.empty();
    }

    private static Optional<Failure> confirm(Account account, SagaId saga, Flow.Part part) {
        if (account.effect != Effect.APPLIED && account.effect != Effect.CONFIRMED) {
            throw new Violation("G3", "saga %s: %s is confirmed, but it is %s", saga, part.name(), account.effect);
        }
        account.effect = Effect.CONFIRMED;
        return Optional.empty();
    }
}
