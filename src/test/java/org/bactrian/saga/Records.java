package org.bactrian.saga;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.bactrian.saga.SagaRecord.Aborting;
import org.bactrian.saga.SagaRecord.Begun;
import org.bactrian.saga.SagaRecord.Failed;
import org.bactrian.saga.SagaRecord.StepCompensating;
import org.bactrian.saga.SagaRecord.StepCompleting;
import org.bactrian.saga.SagaRecord.Succeeded;

/** Records as tests write them: what does not matter is filled in. */
final class Records {
    static final SagaId ID = new SagaId(new UUID(0x0197_0000_0000_7000L, 0x8000_0000_0000_0001L));
    static final Failure NO = new Failure(Failure.Kind.REFUSED, "no");

    private Records() {}

    /** With a completion and a compensation. */
    static Begun begun(String step) {
        return new Begun(step, plan("direct:undo", "direct:confirm", false));
    }

    static Begun begunWithoutCompletion(String step) {
        return new Begun(step, new StepPlan("direct:undo", null, Map.of(), Duration.ofSeconds(1), false));
    }

    static Begun begunWithoutCompensation(String step) {
        return new Begun(step, new StepPlan(null, "direct:confirm", Map.of(), Duration.ofSeconds(1), false));
    }

    static Begun joined(String step) {
        return new Begun(step, plan("direct:undo", "direct:confirm", true));
    }

    static Succeeded succeeded(String step) {
        return new Succeeded(step, content(step + " done"));
    }

    static Failed failed(String step) {
        return new Failed(step, NO);
    }

    static StepCompensating compensating(String step) {
        return new StepCompensating(step, 1, "");
    }

    static StepCompleting completing(String step) {
        return new StepCompleting(step, 1, "");
    }

    static Aborting aborting() {
        return new Aborting(NO);
    }

    static Content content(String text) {
        return new Content(text.getBytes(StandardCharsets.UTF_8), "text/plain", Map.of());
    }

    /** What a saga is after these records. */
    static Saga folded(SagaRecord... records) {
        var saga = new Saga(ID);
        for (SagaRecord record : records) {
            saga.apply(record);
        }
        return saga;
    }

    private static StepPlan plan(String compensation, String completion, boolean joined) {
        return new StepPlan(compensation, completion, Map.of(), Duration.ofSeconds(1), joined);
    }
}
