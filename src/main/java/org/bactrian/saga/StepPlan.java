package org.bactrian.saga;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a step declared when it began.
 *
 * @param compensation endpoint URI that undoes the step, or null if there is none
 * @param completion endpoint URI that confirms the step, or null if there is none
 * @param options the values that the step evaluated at its begin, handed to its callbacks as headers
 * @param limit how long the action may take
 * @param joined whether it joined from another exchange than the pipeline's own: called back, never replayed
 */
public record StepPlan(
        @Nullable String compensation,
        @Nullable String completion,
        Map<String, String> options,
        Duration limit,
        boolean joined) {
    public StepPlan {
        options = Map.copyOf(options);
        options.forEach((name, value) -> {
            if (!Failure.storable(value).equals(value)) {
                throw new IllegalArgumentException(
                        "a step's option must be text without NUL and unpaired surrogates; %s is not".formatted(name));
            }
        });
        if (limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException("a step's limit must be positive; is " + limit);
        }
    }

    /** The endpoint that the saga's end asks for. */
    public Optional<String> callback(Call call) {
        return Optional.ofNullable(
                switch (call) {
                    case COMPLETION -> completion;
                    case COMPENSATION -> compensation;
                    case ACTION -> throw new IllegalArgumentException("an action is not a callback");
                });
    }
}
