package org.bactrian.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bactrian.saga.Records.aborting;
import static org.bactrian.saga.Records.begun;
import static org.bactrian.saga.Records.compensating;
import static org.bactrian.saga.Records.completing;
import static org.bactrian.saga.Records.content;
import static org.bactrian.saga.Records.failed;
import static org.bactrian.saga.Records.folded;
import static org.bactrian.saga.Records.joined;
import static org.bactrian.saga.Records.succeeded;

import java.util.Optional;
import java.util.stream.Stream;
import org.bactrian.saga.Resumption.Abort;
import org.bactrian.saga.Resumption.Finish;
import org.bactrian.saga.Resumption.Park;
import org.bactrian.saga.Resumption.RunAgain;
import org.bactrian.saga.Resumption.StayParked;
import org.bactrian.saga.Resumption.Takeover;
import org.bactrian.saga.Resumption.WaitForLimit;
import org.bactrian.saga.SagaRecord.Aborted;
import org.bactrian.saga.SagaRecord.Completed;
import org.bactrian.saga.SagaRecord.Completing;
import org.bactrian.saga.SagaRecord.Parked;
import org.bactrian.saga.SagaRecord.Payload;
import org.bactrian.saga.SagaRecord.StepCompensating;
import org.bactrian.saga.SagaRecord.StepCompleted;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ResumptionTest {
    private static final Content ORDER = content("order");
    private static final Optional<Content> PIPELINE = Optional.of(ORDER);
    private static final Optional<Content> ROUTE = Optional.empty();
    private static final Takeover IN_TIME = new Takeover(1, false, false);
    private static final Takeover OVERDUE = new Takeover(1, true, false);
    private static final Takeover MANUAL = new Takeover(1, false, true);
    private static final Takeover FOURTH = new Takeover(4, false, false);
    private static final Takeover FIFTH = new Takeover(5, true, true);

    static Stream<Arguments> table() {
        Saga accepted = folded(new Payload(ORDER));
        Saga half = folded(new Payload(ORDER), begun("a"), succeeded("a"), begun("b"));
        Saga refused = folded(new Payload(ORDER), begun("a"), failed("a"));
        Saga route = folded(joined("a"));
        Saga toComplete = folded(begun("a"), succeeded("a"), new Completing(), completing("a"));
        Saga completed = folded(begun("a"), succeeded("a"), new Completing(), completing("a"), new StepCompleted("a"));
        Saga toAbort = folded(begun("a"), failed("a"), aborting(), compensating("a"));
        return Stream.of(
                row("just accepted", accepted, PIPELINE, IN_TIME, RunAgain.class),
                row("half way", half, PIPELINE, FOURTH, RunAgain.class),
                row("refused, not yet aborting", refused, PIPELINE, IN_TIME, RunAgain.class),
                row("a pipeline that leaves its end to others", half, PIPELINE, MANUAL, RunAgain.class),
                row("time limit over", half, PIPELINE, OVERDUE, Abort.class),
                row("a route's", route, ROUTE, IN_TIME, Abort.class),
                row("a route's, time limit over", route, ROUTE, OVERDUE, Abort.class),
                row("a route's that leaves its end to others", route, ROUTE, MANUAL, WaitForLimit.class),
                row("that, time limit over", route, ROUTE, new Takeover(1, true, true), Abort.class),
                row("completing", toComplete, PIPELINE, OVERDUE, Finish.class),
                row("all completed but the saga", completed, PIPELINE, IN_TIME, Finish.class),
                row("aborting", toAbort, PIPELINE, OVERDUE, Finish.class),
                row("a route's, aborting", toAbort, ROUTE, MANUAL, Finish.class),
                row("claimed too often", half, PIPELINE, FIFTH, Park.class),
                row("claimed too often while completing", toComplete, PIPELINE, FIFTH, Park.class),
                row("claimed too often while aborting", toAbort, ROUTE, FIFTH, Park.class),
                row("parked", folded(begun("a"), new Parked("x")), PIPELINE, IN_TIME, StayParked.class),
                row("parked, time limit over", folded(new Parked("x")), PIPELINE, OVERDUE, StayParked.class),
                row("parked, claimed too often", folded(new Parked("x")), PIPELINE, FIFTH, StayParked.class),
                row(
                        "parked while aborting",
                        folded(begun("a"), aborting(), compensating("a"), new Parked("x")),
                        PIPELINE,
                        IN_TIME,
                        StayParked.class));
    }

    @ParameterizedTest(name = "{0}: {4}")
    @MethodSource("table")
    void takenOver(
            String situation,
            Saga saga,
            Optional<Content> payload,
            Takeover takeover,
            Class<? extends Resumption> expected) {
        assertThat(Resumption.of(saga, payload, takeover)).as(situation).isInstanceOf(expected);
    }

    @Test
    void runAgain_withThePayload() {
        assertThat(Resumption.of(folded(), PIPELINE, IN_TIME)).isEqualTo(new RunAgain(ORDER));
    }

    @Test
    void reasons_sayWhatHappenedAndWhatToDo() {
        assertThat(Resumption.of(folded(), ROUTE, IN_TIME).toString()).contains("cancelled: interrupted");
        assertThat(Resumption.of(folded(), PIPELINE, OVERDUE).toString()).contains("cancelled: its time limit");
        assertThat(Resumption.of(folded(), PIPELINE, FIFTH).toString())
                .contains("it kills its router", "5 processes", "retry or cancel");
    }

    @Test
    void ended_isNotTakenOver() {
        assertThatThrownBy(() -> Resumption.of(folded(new Completed()), PIPELINE, IN_TIME))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("COMPLETED");
        assertThatThrownBy(() -> Resumption.of(folded(aborting(), new Aborted()), PIPELINE, IN_TIME))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void callbackAttempts_areCountedOnFromTheRecords() {
        Saga saga = folded(
                begun("a"),
                succeeded("a"),
                begun("b"),
                succeeded("b"),
                aborting(),
                compensating("b"),
                new StepCompensating("b", 2, "away"));

        assertThat(saga.step("a").orElseThrow().callbackAttempts()).isZero();
        assertThat(saga.step("b").orElseThrow().callbackAttempts()).isEqualTo(2);
    }

    private static Arguments row(
            String situation,
            Saga saga,
            Optional<Content> payload,
            Takeover takeover,
            Class<? extends Resumption> expected) {
        return Arguments.of(situation, saga, payload, takeover, expected);
    }
}
