package org.bactrian.barrier;

import org.jspecify.annotations.Nullable;

/**
 * How one attempt at a call ended: exactly one of the two.
 *
 * @param answer to hand to the caller, recorded
 * @param failure to hand to the caller: a refusal, or what kept the steps from being applied
 */
record Result(@Nullable Answer answer, @Nullable Exception failure) {
    Result {
        if ((answer == null) == (failure == null)) {
            throw new IllegalStateException("a call must end with either an answer or a failure");
        }
    }

    static Result of(Answer answer) {
        return new Result(answer, null);
    }

    static Result of(Exception failure) {
        return new Result(null, failure);
    }
}
