package org.bactrian.ops;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Says which letters must not be sent again, and why.
 *
 * @param memory how long participants remember what they have done; empty: for ever, or it does not matter
 */
record Refusals(Optional<Duration> memory, Instant now) {
    /** Empty if it can be sent. */
    Optional<String> of(DeadLetter letter) {
        if (letter.omitted()) {
            return Optional.of("it was too large to be kept; have %s's sender send it again in smaller parts"
                    .formatted(letter.originTopic()));
        }
        return memory.filter(keep -> letter.originAt().isBefore(now.minus(keep)))
                .map(keep ->
                        "it is from %s, and participants forget after %d h (barrier.keep) what they have done or undone, and would do it; see to it that its saga still waits for it, then say --force"
                                .formatted(letter.originAt(), keep.toHours()));
    }
}
