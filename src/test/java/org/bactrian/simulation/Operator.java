package org.bactrian.simulation;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.bactrian.saga.Call;
import org.bactrian.saga.Content;
import org.bactrian.saga.LoggedSignal;
import org.bactrian.saga.OperatorWord;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaStatus;

/** Cancels, retries and skips, in time or too late, more than once, and what does not fit. */
final class Operator {
    private final World world;
    private final ModelLog log;
    private final Routers routers;
    private boolean mending;

    Operator(World world, ModelLog log, Routers routers) {
        this.world = world;
        this.log = log;
        this.routers = routers;
    }

    /** The operator's word that the signal is, as the application reads it. */
    static Optional<OperatorWord> word(LoggedSignal signal) {
        String step = signal.content().body().length == 0
                ? null
                : new String(signal.content().body(), StandardCharsets.UTF_8);
        return OperatorWord.of(signal.name(), step, "because");
    }

    /** From now on only what is parked is tried again, until nothing is. */
    void mend() {
        mending = true;
    }

    void start() {
        world.at(world.millis(200, 6_000), this::look);
    }

    private void look() {
        for (LoggedSaga saga : log.sagas()) {
            if (mending && saga.parked.isPresent()) {
                say(saga.id, "operator/retry@" + saga.parkings, "");
            } else if (!mending && world.chance(0.15)) {
                any(saga);
            }
        }
        world.at(mending ? Duration.ofSeconds(1) : world.millis(200, 6_000), this::look);
    }

    private void any(LoggedSaga saga) {
        int parking = Math.max(1, saga.parkings - world.random().nextInt(2)); // perhaps one that was answered before
        int word = world.random().nextInt(saga.parked.isPresent() ? 3 : 8);
        switch (saga.parkings == 0 && word > 0 ? 8 : word) {
            case 0 -> say(saga.id, "operator/cancel", "");
            case 1 -> say(saga.id, "operator/retry@" + parking, "");
            case 2 ->
                saga.steps.entrySet().stream()
                        .filter(step -> saga.status == SagaStatus.ABORTING
                                && step.getValue().called.containsKey(Call.COMPENSATION)
                                && !step.getValue().undone)
                        .findFirst()
                        .ifPresent(step -> say(saga.id, "operator/skip@" + parking, step.getKey()));
            default -> {}
        }
    }

    private void say(SagaId saga, String name, String body) {
        world.note("operator says %s to %s", name, saga);
        routers.say(
                saga, new LoggedSignal(name, "", new Content(body.getBytes(StandardCharsets.UTF_8), null, Map.of())));
    }
}
