package org.bactrian.barrier;

import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.camel.Message;
import org.bactrian.saga.Call;
import org.bactrian.saga.Headers;

/**
 * One call of one step of one saga: the idempotency key under which a local transaction runs at most once.
 *
 * @param step as in the saga log: kebab-case, at most 64 long, with {@code #index} in a loop
 */
record BarrierKey(UUID saga, String step, Call call) {
    private static final int LONGEST_QUOTE = 200;
    private static final Pattern STEP = Pattern.compile("[a-z][a-z0-9-]{0,63}(#[0-9]{1,9})?");
    private static final Pattern SAGA = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    /**
     * Reads the key from the message's headers.
     *
     * @throws IllegalArgumentException if a header is missing or malformed; names it. The caller's fault: answer 400
     */
    static BarrierKey of(Message message) {
        String saga = header(message, Headers.SAGA_ID);
        if (!SAGA.matcher(saga).matches()) {
            throw malformed(Headers.SAGA_ID, "a UUID", saga);
        }
        String step = header(message, Headers.SAGA_STEP);
        if (!STEP.matcher(step).matches()) {
            throw malformed(Headers.SAGA_STEP, "kebab-case, at most 64 long, with #index in a loop", step);
        }
        String word = header(message, Headers.SAGA_CALL);
        Call call = Call.of(word)
                .orElseThrow(() -> malformed(Headers.SAGA_CALL, "action, completion or compensation", word));
        return new BarrierKey(UUID.fromString(saga), step, call);
    }

    private static String header(Message message, String name) {
        String value = message.getHeader(name, String.class);
        if (value == null) {
            throw new IllegalArgumentException("header %s must be set".formatted(name));
        }
        return value;
    }

    private static IllegalArgumentException malformed(String name, String rule, String found) {
        String quoted = found.length() <= LONGEST_QUOTE ? found : found.substring(0, LONGEST_QUOTE) + "...";
        return new IllegalArgumentException("header %s must be %s; is '%s'".formatted(name, rule, quoted));
    }

    /** For messages: {@code compensation of reserve-inventory (saga 7f3a…)}. */
    @Override
    public String toString() {
        return "%s of %s (saga %s)".formatted(call.header(), step, saga);
    }
}
