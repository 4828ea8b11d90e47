package org.bactrian.saga;

import java.util.UUID;

/**
 * Names one saga, everywhere: in SQL, JSON, paths, Kafka keys and the header {@link Headers#SAGA_ID}. A UUIDv7, so that
 * inserts go to the right edge of an index and ids sort by start.
 */
public record SagaId(UUID value) implements Comparable<SagaId> {

    /** @throws IllegalArgumentException if the text is not a UUID in its canonical, 36 characters long form */
    public static SagaId of(String text) {
        if (text.length() == 36) {
            try {
                UUID value = UUID.fromString(text);
                if (value.toString().equalsIgnoreCase(text)) { // it also takes signs, other digits, moved hyphens
                    return new SagaId(value);
                }
            } catch (IllegalArgumentException e) {
                // falls through to our own sentence
            }
        }
        throw new IllegalArgumentException("a saga id must be a UUID such as 0197a1b2-…; is '%s'"
                .formatted(text.length() > 80 ? text.substring(0, 80) + "…" : text));
    }

    @Override
    public int compareTo(SagaId other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
