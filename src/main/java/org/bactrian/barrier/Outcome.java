package org.bactrian.barrier;

import java.util.Locale;

/** What a call left behind; a call that failed leaves no row at all. */
enum Outcome {
    /** Its steps ran and were committed. */
    APPLIED,
    /** A business no: its writes were rolled back, the reason is kept. */
    REFUSED,
    /** Nothing ran: a compensation that had nothing to undo, and the tombstone of the action that it forestalled. */
    NOTHING;

    /** The word in the column {@code outcome}. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Outcome of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
