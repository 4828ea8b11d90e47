package org.bactrian.log;

/** Another body was submitted under a business key that has a saga; nothing was stored. */
public final class KeyTaken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    KeyTaken(String pipeline, String key) {
        super(
                "%s was submitted to %s before, with other content; take a new key or send the same content"
                        .formatted(key, pipeline),
                null,
                false,
                false);
    }
}
