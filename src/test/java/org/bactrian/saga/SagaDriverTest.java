package org.bactrian.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bactrian.saga.Call.COMPENSATION;
import static org.bactrian.saga.Call.COMPLETION;
import static org.bactrian.saga.Records.ID;
import static org.bactrian.saga.Records.NO;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.bactrian.saga.Failure.Kind;
import org.bactrian.saga.Surroundings.Alarm;
import org.junit.jupiter.api.Test;

/** What the driver asks for, one thing at a time, and in which order. */
class SagaDriverTest {
    private static final Failure AWAY = new Failure(Kind.UNKNOWN, "away");

    private final Script asked = new Script();
    private final AtomicLong nanos = new AtomicLong();
    private final SagaDriver driver = driver(Folded.fresh(ID));

    @Test
    void nothingIsCalledBeforeItsAttemptIsOnDisk() {
        succeed("a");
        driver.complete();
        asked.drain();

        driver.written(3); // completing
        assertThat(asked.drain()).containsExactly("append 4 StepCompleting a 1");
        driver.written(4);
        assertThat(asked.drain()).containsExactly("call a COMPLETION 1");
        driver.answered("a", COMPLETION, Optional.empty());
        assertThat(asked.drain()).containsExactly("append 5 StepCompleted a", "append 6 Completed");
        assertThat(driver.recorded()).isEqualTo(SagaStatus.COMPLETING);
        driver.written(5);
        driver.written(6);
        assertThat(asked.drain()).containsExactly("settled saga %s is COMPLETED".formatted(ID));
    }

    @Test
    void anActionIsInFlight_nothingIsUndoneBeforeItsOutcomeIsOnDisk() {
        driver.actions().begin("a", plan());
        driver.written(1);
        driver.abort(NO);
        asked.drain();

        driver.written(2); // aborting
        assertThat(asked.drain()).containsExactly("wake PT1S ActionsOver");
        driver.actions().outcome(Records.succeeded("a"));
        assertThat(asked.drain()).containsExactly("append 3 Succeeded a");
        driver.written(3);
        assertThat(asked.drain()).containsExactly("append 4 StepCompensating a 1");
    }

    @Test
    void anActionNeverEnds_itIsUndoneWhenItsLimitIsOver() {
        driver.actions().begin("a", plan());
        driver.abort(NO);
        driver.written(1);
        driver.written(2);
        asked.drain();

        driver.woken(new Alarm.ActionsOver());

        assertThat(asked.drain()).containsExactly("append 3 StepCompensating a 1");
    }

    @Test
    void compensationsRunInReverse_theNextWhenTheOneBeforeHasAnswered() {
        succeed("a");
        succeed("b");
        driver.abort(NO);
        driver.written(5);
        asked.drain();

        driver.written(6);
        driver.answered("b", COMPENSATION, Optional.empty());

        assertThat(asked.drain())
                .containsExactly(
                        "call b COMPENSATION 1", "append 7 StepCompensated b", "append 8 StepCompensating a 1");
    }

    @Test
    void aCallbackFails_itIsAskedAgainAfterAPauseUntilTheSagaIsParked() {
        succeed("a");
        driver.abort(NO);
        driver.written(3);
        driver.written(4);
        asked.drain();

        driver.answered("a", COMPENSATION, Optional.of(AWAY));
        assertThat(asked.drain()).hasSize(1).allMatch(wake -> wake.matches("wake PT0.0\\d+S AskAgain a away"));
        driver.woken(new Alarm.AskAgain("a", COMPENSATION, "away"));
        assertThat(asked.drain()).containsExactly("append 5 StepCompensating a 2");
        driver.written(5);
        asked.drain();
        driver.answered("a", COMPENSATION, Optional.of(AWAY));

        assertThat(asked.drain())
                .containsExactly(
                        "append 6 Parked compensation of a (direct:undo) failed 2 of 2 attempts, last \"away\". Mend the participant, then POST /api/sagas/%s/retry. Nothing else is left undone."
                                .formatted(ID));
        driver.written(6);
        assertThat(asked.drain()).containsExactly("settled saga %s (ABORTING) is parked".formatted(ID));
    }

    @Test
    void retriedByAnOperator_aNewDriverGoesOnWithItsAttemptsCountedAnew() {
        aCallbackFails_itIsAskedAgainAfterAPauseUntilTheSagaIsParked();
        driver.hear(word("operator/retry@1"));
        driver.written(7);
        assertThat(asked.drain()).containsExactly("append 7 Said operator/retry@1", "drive anew");

        SagaDriver next = driver(new Folded(driver.saga(), Optional.empty(), 8, true, Map.of()));
        next.resume(Optional.empty(), new Resumption.Takeover(0, false, false), Optional.empty());

        assertThat(asked.drain()).containsExactly("append 8 StepCompensating a 3");
        assertThat(next.saga().step("a").orElseThrow().countedAttempts()).isEqualTo(1);
    }

    @Test
    void aRecordIsRefused_theSagaIsParkedAndTakesNothingElse() {
        driver.actions().begin("a", plan());
        asked.drain();

        driver.notWritten(1, "disk full");
        assertThat(asked.drain())
                .hasSize(2)
                .contains("end pauses")
                .first()
                .asString()
                .startsWith("append 2 Parked its record 1 cannot be written: disk full.");
        assertThatThrownBy(() -> driver.actions().begin("b", plan())).isInstanceOf(SagaReleased.class);
        driver.written(2);
        assertThat(asked.drain()).containsExactly("settled saga %s (STARTED) is parked".formatted(ID));

        driver.hear(word("operator/signal@x"));
        assertThat(asked.drain()).isEmpty();
        driver.hear(word("operator/retry@1"));
        assertThat(asked.drain()).containsExactly("drive anew");
    }

    @Test
    void aRecordIsNotTakenIn_nothingThatFollowsOnItIsAppended() {
        succeed("a");
        driver.abort(NO);
        driver.written(3);
        asked.drain();
        asked.full = true;

        driver.written(4);
        driver.answered("a", COMPENSATION, Optional.empty());

        assertThat(asked.drain()).containsExactly("call a COMPENSATION 1", "append 5 StepCompensated a");
    }

    @Test
    void released_nothingIsAskedForAnyMore() {
        succeed("a");
        driver.abort(NO);
        driver.release();
        asked.drain();

        driver.written(3);
        driver.woken(new Alarm.TimeLimit(Duration.ZERO, "over"));
        driver.answered("a", COMPENSATION, Optional.empty());
        driver.notWritten(3, "gone");

        assertThat(asked.drain()).isEmpty();
        driver.abort(NO);
        assertThat(asked.drain()).isEmpty();
    }

    private void succeed(String step) {
        driver.actions().begin(step, plan());
        driver.actions().outcome(Records.succeeded(step));
        int last = asked.appended;
        driver.written(last - 1);
        driver.written(last);
    }

    private SagaDriver driver(Folded folded) {
        return new SagaDriver(
                folded,
                asked,
                new RetryPause(Duration.ofMillis(10), Duration.ofMillis(40), 2),
                Instant.EPOCH,
                nanos::get,
                new Random(1));
    }

    private static StepPlan plan() {
        return Records.begun("any").plan();
    }

    private static OperatorWord word(String name) {
        return OperatorWord.of(name, null, "asked").orElseThrow();
    }
}
