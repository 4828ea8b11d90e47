package org.bactrian.saga;

import java.util.Locale;

/** What a participant is asked to do; in the header {@link Headers#SAGA_CALL} in lower case. */
public enum Call {
    ACTION,
    COMPLETION,
    COMPENSATION;

    /** The header's value, and the last part of the name of the signal that answers the call. */
    public String header() {
        return name().toLowerCase(Locale.ROOT);
    }
}
