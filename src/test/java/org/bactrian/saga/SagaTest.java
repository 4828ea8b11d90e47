package org.bactrian.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bactrian.saga.Records.aborting;
import static org.bactrian.saga.Records.begun;
import static org.bactrian.saga.Records.begunWithoutCompensation;
import static org.bactrian.saga.Records.begunWithoutCompletion;
import static org.bactrian.saga.Records.compensating;
import static org.bactrian.saga.Records.completing;
import static org.bactrian.saga.Records.failed;
import static org.bactrian.saga.Records.folded;
import static org.bactrian.saga.Records.joined;
import static org.bactrian.saga.Records.succeeded;

import java.util.List;
import org.bactrian.saga.SagaRecord.Aborted;
import org.bactrian.saga.SagaRecord.Attempt;
import org.bactrian.saga.SagaRecord.Completed;
import org.bactrian.saga.SagaRecord.Completing;
import org.bactrian.saga.SagaRecord.Parked;
import org.bactrian.saga.SagaRecord.Payload;
import org.bactrian.saga.SagaRecord.StepCompensated;
import org.bactrian.saga.SagaRecord.StepCompleted;
import org.junit.jupiter.api.Test;

class SagaTest {
    @Test
    void withoutSteps_completesDirectly() {
        assertThat(folded(new Payload(Content.EMPTY), new Completed()).status()).isEqualTo(SagaStatus.COMPLETED);
    }

    @Test
    void everyStepSucceeded_nothingHindersCompletion() {
        Saga saga = folded(begun("a"), succeeded("a"), begun("b"), succeeded("b"));

        assertThat(saga.obstacle()).isEmpty();
        assertThat(names(saga.toComplete())).containsExactly("a", "b");
    }

    @Test
    void aStepFailed_itsFailureHinders() {
        Saga saga = folded(begun("a"), succeeded("a"), begun("b"), failed("b"));

        assertThat(saga.obstacle()).map(Failure::toString).hasValue("b refused: no");
        assertThat(names(saga.toComplete())).containsExactly("a");
    }

    @Test
    void twoStepsFailed_theOneBegunFirstHinders() {
        Saga saga = folded(begun("a"), begun("b"), failed("b"), failed("a"));

        assertThat(saga.obstacle()).map(Failure::toString).hasValue("a refused: no");
    }

    @Test
    void aStepHasNoOutcome_thatHinders() {
        assertThat(folded(begun("a")).obstacle())
                .map(Failure::toString)
                .hasValue("a failed: the pipeline ended before it had an outcome");
    }

    @Test
    void aStepHasNoOutcomeAndAnotherFailed_theOneThatFailedIsTold() {
        Saga saga = folded(begun("a"), joined("j"), failed("j"), begun("b"), failed("b"));

        assertThat(saga.failedStep()).map(Failure::toString).hasValue("b refused: no");
        assertThat(folded(begun("a"), joined("j"), failed("j")).failedStep()).isEmpty();
    }

    @Test
    void aJoinedParticipantFailed_thatDoesNotHinder() {
        Saga saga = folded(begun("a"), succeeded("a"), joined("b"), failed("b"), joined("c"));

        assertThat(saga.obstacle()).isEmpty();
    }

    @Test
    void anotherAttemptSucceeded_nothingHinders() {
        Saga saga = folded(begun("a"), failed("a"), new Attempt("a", ""), succeeded("a"));

        assertThat(saga.obstacle()).isEmpty();
        assertThat(saga.step("a").orElseThrow().failure()).isEmpty();
    }

    @Test
    void anotherAttemptHasNoOutcomeYet_thatHinders() {
        Saga saga = folded(begun("a"), failed("a"), new Attempt("a", ""));

        assertThat(saga.obstacle()).map(Failure::reason).hasValue("the pipeline ended before it had an outcome");
        assertThat(saga.step("a").orElseThrow().status()).isEqualTo(StepStatus.STARTED);
    }

    @Test
    void anotherAttempt_keepsTheFirstPlace() {
        Saga saga = folded(begun("a"), failed("a"), begun("b"), new Attempt("a", ""), aborting());

        assertThat(names(saga.toCompensate())).containsExactly("b", "a");
    }

    @Test
    void aborting_everyBegunStepIsUndoneInReverseWhateverBecameOfIt() {
        Saga saga = folded(
                begun("a"),
                succeeded("a"),
                begun("b"),
                failed("b"),
                joined("c"),
                begunWithoutCompensation("d"),
                aborting());

        assertThat(names(saga.toCompensate())).containsExactly("c", "b", "a");
        saga.apply(compensating("c"));
        assertThat(names(saga.toCompensate())).as("until it is undone").containsExactly("c", "b", "a");
        saga.apply(new StepCompensated("c"));
        assertThat(names(saga.toCompensate())).containsExactly("b", "a");
    }

    @Test
    void aborting_completionIsOverAndTheFailureStays() {
        Saga saga = folded(begun("a"), succeeded("a"), aborting());

        refuses(saga, new Completing());
        refuses(saga, new Completed());
        refuses(saga, aborting());
        assertThat(saga.failure()).hasValue(Records.NO);
    }

    @Test
    void aborting_endsOnlyWhenAllIsUndone() {
        Saga saga = folded(begun("a"), succeeded("a"), aborting());

        refuses(saga, new Aborted());
        saga.apply(compensating("a"));
        refuses(saga, new Aborted());
        saga.apply(new StepCompensated("a"));
        saga.apply(new Aborted());

        assertThat(saga.status()).isEqualTo(SagaStatus.ABORTED);
    }

    @Test
    void aborting_noStepBegins() {
        Saga saga = folded(begun("a"), failed("a"), aborting());

        assertThatThrownBy(() -> saga.requireRunning("b"))
                .isInstanceOf(SagaEnded.class)
                .hasMessageContainingAll("b", Records.ID.toString(), "ABORTING");
        refuses(saga, begun("b"));
        refuses(saga, new Attempt("a", ""));
    }

    @Test
    void completing_noStepBeginsAndNothingAborts() {
        Saga saga = folded(begun("a"), succeeded("a"), new Completing());

        assertThatThrownBy(() -> saga.requireRunning("b")).isInstanceOf(SagaEnded.class);
        refuses(saga, begun("b"));
        refuses(saga, new Attempt("a", ""));
        refuses(saga, aborting());
        refuses(saga, new Aborted());
        refuses(saga, new Completing());
    }

    @Test
    void completing_endsOnlyWhenAllIsConfirmed() {
        Saga saga = folded(begun("a"), succeeded("a"), begunWithoutCompletion("b"), succeeded("b"), new Completing());

        refuses(saga, new Completed());
        saga.apply(completing("a"));
        assertThat(names(saga.toComplete())).as("until it is confirmed").containsExactly("a");
        refuses(saga, new Completed());
        saga.apply(new StepCompleted("a"));
        assertThat(saga.toComplete()).isEmpty();
        saga.apply(new Completed());

        assertThat(saga.status()).isEqualTo(SagaStatus.COMPLETED);
        assertThat(saga.failure()).isEmpty();
    }

    @Test
    void completionsAreLeft_completedIsNotWrittenDirectly() {
        refuses(folded(begun("a"), succeeded("a")), new Completed());
    }

    @Test
    void started_cannotBecomeAbortedDirectly() {
        refuses(folded(), new Aborted());
    }

    @Test
    void callbacksOfTheOtherEnd_areRefused() {
        Saga started = folded(begun("a"), succeeded("a"));
        refuses(started, compensating("a"));
        refuses(started, new StepCompensated("a"));
        refuses(started, completing("a"));
        refuses(started, new StepCompleted("a"));

        Saga completing = folded(begun("a"), succeeded("a"), new Completing());
        refuses(completing, compensating("a"));
        refuses(completing, new StepCompensated("a"));

        Saga aborting = folded(begun("a"), succeeded("a"), aborting());
        refuses(aborting, completing("a"));
        refuses(aborting, new StepCompleted("a"));
    }

    @Test
    void endedSaga_takesNoCallbackAndNoParking() {
        Saga completed = folded(
                begun("a"), succeeded("a"), new Completing(), completing("a"), new StepCompleted("a"), new Completed());
        refuses(completed, completing("a"));
        refuses(completed, new Parked("why"));

        Saga aborted = folded(begun("a"), aborting(), compensating("a"), new StepCompensated("a"), new Aborted());
        refuses(aborted, compensating("a"));
        refuses(aborted, new Parked("why"));
    }

    @Test
    void parked_keepsItsStatus() {
        Saga saga = folded(begun("a"), aborting(), new Parked("mend it"));

        assertThat(saga.parked()).hasValue("mend it");
        assertThat(saga.status()).isEqualTo(SagaStatus.ABORTING);
    }

    @Test
    void outcomesAfterTheCallbackBegan_areHistory() {
        Saga saga = folded(begun("a"), begun("b"), aborting(), compensating("b"), succeeded("b"), failed("a"));

        assertThat(status(saga, "b")).isEqualTo(StepStatus.COMPENSATING);
        assertThat(saga.step("b").flatMap(Step::result))
                .as("its compensation may need it")
                .isPresent();
        assertThat(status(saga, "a")).isEqualTo(StepStatus.FAILED);

        saga.apply(new StepCompensated("b"));
        saga.apply(failed("b"));
        assertThat(status(saga, "b")).isEqualTo(StepStatus.COMPENSATED);
        assertThat(names(saga.toCompensate())).containsExactly("a");
    }

    @Test
    void outcomeAfterTheEnd_isHistory() {
        Saga saga = folded(begun("a"), aborting(), compensating("a"), new StepCompensated("a"), new Aborted());

        assertThatCode(() -> saga.apply(succeeded("a"))).doesNotThrowAnyException();
        assertThat(saga.status()).isEqualTo(SagaStatus.ABORTED);
        assertThat(status(saga, "a")).isEqualTo(StepStatus.COMPENSATED);
    }

    @Test
    void theSameStepBeginsTwice_isRefused() {
        refuses(folded(begun("a")), begun("a"));
    }

    @Test
    void recordsOfAStepThatNeverBegan_areRefused() {
        for (SagaRecord record : List.of(
                new Attempt("a", ""),
                succeeded("a"),
                failed("a"),
                completing("a"),
                new StepCompleted("a"),
                compensating("a"),
                new StepCompensated("a"))) {
            refuses(folded(), record);
        }
    }

    private static void refuses(Saga saga, SagaRecord record) {
        SagaStatus status = saga.status();
        List<StepStatus> steps = saga.steps().stream().map(Step::status).toList();

        assertThatThrownBy(() -> saga.apply(record))
                .as("%s of a saga that is %s", record, status)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(Records.ID.toString());

        assertThat(saga.status()).isEqualTo(status);
        assertThat(saga.steps()).extracting(Step::status).isEqualTo(steps);
    }

    private static StepStatus status(Saga saga, String step) {
        return saga.step(step).orElseThrow().status();
    }

    private static List<String> names(List<Step> steps) {
        return steps.stream().map(Step::name).toList();
    }
}
