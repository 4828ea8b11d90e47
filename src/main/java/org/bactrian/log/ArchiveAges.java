package org.bactrian.log;

import java.time.Duration;
import java.util.Optional;

/**
 * How long what is left of an ended saga is kept where; empty means for ever.
 *
 * @param live since its end, where running sagas are; then it is archived
 * @param archived since its end; then it is dropped, but for its key
 * @param key since its start: how long the same submission is known to be the same
 */
public record ArchiveAges(Optional<Duration> live, Optional<Duration> archived, Optional<Duration> key) {
    public ArchiveAges {
        if (live.isPresent() && isShorter(archived, live.get())) {
            throw new IllegalArgumentException("saga.archive.drop must be at least saga.archive.after, %d h; is %d h"
                    .formatted(live.get().toHours(), archived.orElseThrow().toHours()));
        }
        if (key.isPresent() && (archived.isEmpty() || isShorter(key, archived.get()))) {
            throw new IllegalArgumentException(
                    "saga.key.keep must be at least saga.archive.drop, %s; is %d h: else an order that can still be read could be placed anew"
                            .formatted(
                                    archived.map(age -> age.toHours() + " h").orElse("forever"),
                                    key.get().toHours()));
        }
    }

    private static boolean isShorter(Optional<Duration> age, Duration other) {
        return age.filter(some -> some.compareTo(other) < 0).isPresent();
    }
}
