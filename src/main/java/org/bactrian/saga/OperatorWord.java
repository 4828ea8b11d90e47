package org.bactrian.saga;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an operator decided about a saga. Said as a signal of a reserved name, which no step and no participant can say;
 * recorded by the saga's owner when it takes effect.
 *
 * @param name of the signal: {@code operator/cancel}, {@code operator/retry@7}, {@code operator/skip@7}, where 7 is the place
 *     of the parking that it answers, so that it means that one only; {@code operator/signal@NAME}
 * @param step whose compensation is skipped; null for every other verb
 * @param reason the operator's, for whoever reads the log
 */
public record OperatorWord(Verb verb, String name, @Nullable String step, String reason) {
    /** With which the names of all signals begin that only operators may send. */
    public static final String RESERVED = "operator/";

    private static final Pattern NAME = Pattern.compile("operator/(?:(cancel)|(retry|skip)@([0-9]{1,9})|(signal)@.+)");

    /** What is to be done. */
    public enum Verb {
        /** Abort the saga, if it is STARTED. */
        CANCEL,
        /** Go on with a parked saga, its callbacks with as many attempts as before. */
        RETRY,
        /** Go on with a parked saga as if the step were compensated. */
        SKIP,
        /** None: that an operator sent a signal, and why, is kept. */
        SIGNAL
    }

    public OperatorWord {
        if ((step != null) != (verb == Verb.SKIP)) {
            throw new IllegalArgumentException(
                    "a word names a step if it skips one; %s names %s".formatted(name, step));
        }
        reason = Failure.storable(reason);
    }

    /**
     * Empty if no operator's word has this name.
     *
     * @param step null if none is named
     */
    public static Optional<OperatorWord> of(String name, @Nullable String step, String reason) {
        Matcher parts = NAME.matcher(name);
        if (!parts.matches()) {
            return Optional.empty();
        }
        Verb verb = parts.group(1) != null
                ? Verb.CANCEL
                : parts.group(4) != null
                        ? Verb.SIGNAL
                        : Verb.valueOf(parts.group(2).toUpperCase(java.util.Locale.ROOT));
        return Optional.of(new OperatorWord(verb, name, verb == Verb.SKIP ? step : null, reason));
    }

    /** The place of the parking that it answers; -1 if it answers none. */
    public int answers() {
        Matcher parts = NAME.matcher(name);
        return parts.matches() && parts.group(3) != null ? Integer.parseInt(parts.group(3)) : -1;
    }
}
