package org.bactrian.saga;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a participant is asked to do; in the header {@link Headers#SAGA_CALL} in lower case. */
public enum Call {
    ACTION,
    COMPLETION,
    COMPENSATION;

    /** The header's value, what barriers record, and the last part of the name of the signal that answers the call. */
    public String header() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Empty if no call is named so. */
    public static Optional<Call> of(String header) {
        return Arrays.stream(values())
                .filter(call -> call.header().equals(header))
                .findFirst();
    }
}
