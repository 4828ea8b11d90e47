package org.bactrian.barrier;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Which of a step's three calls a message is. */
enum Call {
    ACTION,
    COMPLETION,
    COMPENSATION;

    /** The word in the header {@code sagaCall} and in the column {@code call}. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Empty if there is no such call. */
    static Optional<Call> of(String word) {
        return Arrays.stream(values()).filter(call -> call.word().equals(word)).findFirst();
    }
}
