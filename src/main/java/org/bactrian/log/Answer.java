package org.bactrian.log;

import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * What the database says of a batch that it committed.
 *
 * @param entered the sagas that are new
 * @param notMine which appends, from 1 on, are of sagas that are not this instance's
 * @param late which appends, from 1 on, would change a saga that has ended
 * @param stored the signals that are new, and whether this instance owns their saga
 */
record Answer(Set<UUID> entered, Set<Integer> notMine, Set<Integer> late, Map<SignalKey, Boolean> stored) {
    record SignalKey(UUID saga, String name) {}
}
