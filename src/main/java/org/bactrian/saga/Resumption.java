package org.bactrian.saga;

import java.util.Optional;
import org.bactrian.saga.Failure.Kind;

/** What is to be done with a saga that was taken over as its records left it. */
public sealed interface Resumption {
    /** Claims without progress after which a saga is held to be what ends its routers. */
    int MOST_CLAIMS = 5;

    /** Claims without progress from which on a saga is run beside no other of that kind: else all would be held to do what one does. */
    int SUSPECT_CLAIMS = 2;

    /** The pipeline runs again with it; what is recorded of its steps is handed back instead of run. */
    record RunAgain(Content payload) implements Resumption {}

    /** It is COMPLETING or ABORTING: the callbacks that are left are called. */
    record Finish() implements Resumption {}

    record Abort(Failure why) implements Resumption {}

    /** Nothing but its time limit, or a word from outside, ends it: its route left that to others. */
    record WaitForLimit() implements Resumption {}

    /** An operator must act first, as before. */
    record StayParked() implements Resumption {}

    /** @param reason for operators: what happened and what to do */
    record Park(String reason) implements Resumption {}

    /**
     * @param saga has not ended
     * @param payload empty if no pipeline began it
     * @param takeover how it came here
     */
    static Resumption of(Saga saga, Optional<Content> payload, Takeover takeover) {
        if (saga.parked().isPresent()) {
            return new StayParked();
        }
        if (takeover.claims() >= MOST_CLAIMS) {
            return new Park(
                    "it kills its router: %d processes in a row ended while they drove it, and nothing was recorded in between. Find out from their logs what ended them and mend it; then retry or cancel the saga."
                            .formatted(takeover.claims()));
        }
        return switch (saga.status()) {
            case STARTED -> started(saga, payload, takeover);
            case COMPLETING, ABORTING -> new Finish();
            case COMPLETED, ABORTED ->
                throw new IllegalStateException(
                        "a saga that has ended is nobody's to take over; one is " + saga.status());
        };
    }

    private static Resumption started(Saga saga, Optional<Content> payload, Takeover takeover) {
        if (saga.cancelled().isPresent()) {
            return new Abort(saga.cancelled().get());
        }
        if (takeover.overdue()) {
            return new Abort(new Failure(Kind.CANCELLED, "its time limit was over before it was taken over"));
        }
        if (payload.isPresent()) {
            return new RunAgain(payload.get());
        }
        return takeover.manual()
                ? new WaitForLimit()
                : new Abort(new Failure(
                        Kind.CANCELLED,
                        "interrupted: the process that ran it ended, and only a pipeline can be run again"));
    }

    /**
     * How a saga came to its new owner.
     *
     * @param claims from dead owners since it last made progress, this one included
     * @param overdue whether its time limit is over
     * @param manual whether the route that began it leaves its end to others ({@code completionMode: MANUAL})
     */
    record Takeover(int claims, boolean overdue, boolean manual) {}
}
