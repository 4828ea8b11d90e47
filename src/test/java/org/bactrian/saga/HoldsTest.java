package org.bactrian.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bactrian.saga.Records.ID;
import static org.bactrian.saga.Records.NO;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.bactrian.saga.Surroundings.Alarm;
import org.junit.jupiter.api.Test;

/** What becomes of a run that comes to a step that is paused. */
class HoldsTest {
    private final Script asked = new Script();
    private final AtomicLong nanos = new AtomicLong();
    private final SagaDriver driver = new SagaDriver(
            Folded.fresh(ID),
            asked,
            new RetryPause(Duration.ofMillis(10), Duration.ofMillis(40), 2),
            Instant.EPOCH,
            nanos::get,
            new Random(1));
    private final Holds holds = driver.actions().holds();

    @Test
    void theRunComesToAPausedStep_theSagaIsGivenBackAndNothingIsRecordedAfterIt() {
        succeed("a");
        asked.drain();

        assertThat(holds.hold("b")).isTrue();

        assertThat(asked.drain()).containsExactly("append 3 Waiting b");
        assertThatThrownBy(() -> driver.actions().begin("c", plan())).isInstanceOf(SagaReleased.class);
        driver.hear(OperatorWord.of("operator/cancel", null, "asked").orElseThrow());
        driver.woken(new Alarm.TimeLimit(Duration.ZERO, "over"));
        driver.written(3);
        assertThat(asked.drain())
                .containsExactly("end pauses", "settled saga %s was released by this process".formatted(ID));
        assertThat(driver.isReleased()).isTrue();
    }

    @Test
    void aPausedStepHasBegunBefore_itGoesOn() {
        driver.actions().begin("a", plan());

        assertThat(holds.hold("a")).isFalse();
        assertThat(asked.drain()).containsExactly("append 1 Begun a");
    }

    @Test
    void anotherActionIsInFlight_theSagaIsGivenBackWhenItHasEnded() {
        driver.actions().begin("a", plan());
        driver.written(1);
        driver.actions().start("a");
        asked.drain();

        holds.hold("b");
        assertThat(asked.drain()).containsExactly("wake PT1S OthersOver");
        driver.actions().outcome(Records.succeeded("a"));

        assertThat(asked.drain()).containsExactly("append 2 Succeeded a", "append 3 Waiting b");
    }

    @Test
    void anotherActionNeverEnds_theSagaIsGivenBackWhenItsLimitIsOver() {
        driver.actions().begin("a", plan());
        driver.actions().start("a");
        holds.hold("b");
        asked.drain();

        nanos.addAndGet(Duration.ofSeconds(1).toNanos() + 1);
        driver.woken(new Alarm.OthersOver());

        assertThat(asked.drain()).containsExactly("append 2 Waiting b");
    }

    @Test
    void thePauseIsOverWhileAnotherActionIsInFlight_theStepBegins() {
        driver.actions().begin("a", plan());
        holds.hold("b");
        asked.drain();

        assertThat(holds.end("b")).isTrue();
        driver.actions().begin("b", plan());
        driver.actions().outcome(Records.succeeded("a"));

        assertThat(asked.drain()).containsExactly("append 2 Begun b", "append 3 Succeeded a");
    }

    @Test
    void thePauseIsOverWhileTheSagaIsOnItsWayBack_theStepDoesNotBegin() {
        holds.hold("b");

        assertThat(holds.end("b")).isFalse();
    }

    @Test
    void anotherStepFailed_theSagaIsAbortedAndWaitsForNoPause() {
        driver.actions().begin("a", plan());
        holds.hold("b");
        asked.drain();

        driver.actions().outcome(new SagaRecord.Failed("a", NO));

        assertThat(asked.drain().subList(0, 2)).containsExactly("append 2 Failed a", "append 3 Aborting");
    }

    @Test
    void theSagaCannotBeGivenBackForARecordIsRefused_itIsParked() {
        driver.actions().begin("a", plan());
        driver.actions().outcome(Records.succeeded("a"));
        driver.written(1);
        holds.hold("b");
        asked.drain();

        driver.notWritten(2, "too large");
        driver.notWritten(3, "as before");

        assertThat(asked.drain()).first().asString().startsWith("append 4 Parked its record 2 cannot be written");
        driver.written(4);
        assertThat(asked.drain()).contains("settled saga %s (STARTED) is parked".formatted(ID));
    }

    private void succeed(String step) {
        driver.actions().begin(step, plan());
        driver.actions().outcome(Records.succeeded(step));
        driver.written(1);
        driver.written(2);
    }

    private static StepPlan plan() {
        return Records.begun("any").plan();
    }
}
