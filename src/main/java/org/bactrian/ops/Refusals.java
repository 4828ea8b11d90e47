package org.bactrian.ops;

import java.util.Optional;

/** Says which letters must not be sent again, and why. */
record Refusals() {
    /** Empty if it can be sent. */
    Optional<String> of(DeadLetter letter) {
        if (letter.omitted()) {
            return Optional.of("it was too large to be kept; have %s's sender send it again in smaller parts"
                    .formatted(letter.originTopic()));
        }
        return Optional.empty();
    }
}
