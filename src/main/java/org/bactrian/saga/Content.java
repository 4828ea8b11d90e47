package org.bactrian.saga;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is recorded of a message: a saga's payload, a step's result, a signal. A run continues with this form too, so that
 * a replay cannot differ from it.
 *
 * @param body at most {@link #MAX_BYTES} long; empty for no body; never changed after it was handed over
 * @param contentType a media type, or null if the message named none
 * @param headers the listed headers only, as text
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody; a copy per message would cost more than it guards
public record Content(byte[] body, @Nullable String contentType, Map<String, String> headers) {
    /** 1 MiB. */
    public static final int MAX_BYTES = 1 << 20;

    public static final Content EMPTY = new Content(new byte[0], null, Map.of());

    /** @throws IllegalArgumentException if the body is too large: send a reference to it instead */
    public Content {
        if (body.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "a recorded message must be at most %,d bytes; is %,d".formatted(MAX_BYTES, body.length));
        }
        headers = Map.copyOf(headers);
    }
}
