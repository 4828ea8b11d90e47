package org.bactrian.barrier;

import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.TypeConversionException;
import org.apache.camel.support.MessageHelper;
import org.jspecify.annotations.Nullable;

/**
 * What a call answered, in the form that is recorded and handed back: the first run continues with it too, so that a
 * repetition cannot differ. Everything else that the steps wrote into the message is dropped.
 *
 * @param body null: the call has no answer body
 * @param contentType null: the answer did not say
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never changed
record Answer(byte @Nullable [] body, @Nullable String contentType) {
    static final Answer NONE = new Answer(null, null);

    /** A refusal's reason is its answer. */
    static Answer refusal(String reason) {
        return new Answer(reason.getBytes(StandardCharsets.UTF_8), "text/plain; charset=utf-8");
    }

    /** @throws TypeConversionException if the body is not bytes, text, a stream or something convertible to bytes */
    static Answer of(Exchange exchange) {
        Message message = exchange.getMessage();
        MessageHelper.resetStreamCache(message);
        byte @Nullable [] body = message.getBody() == null ? null : message.getBody(byte[].class);
        if (body == null && message.getBody() != null) {
            throw new IllegalStateException("an answer must be convertible to bytes; is %s"
                    .formatted(message.getBody().getClass().getName()));
        }
        return new Answer(body, message.getHeader(Exchange.CONTENT_TYPE, String.class));
    }

    /** The reason of a recorded refusal. */
    String reason() {
        return body == null ? "" : new String(body, StandardCharsets.UTF_8);
    }

    /** Makes this the message's body and content type; its other headers stay. */
    void writeTo(Message message) {
        message.setBody(body);
        if (contentType == null) {
            message.removeHeader(Exchange.CONTENT_TYPE);
        } else {
            message.setHeader(Exchange.CONTENT_TYPE, contentType);
        }
    }
}
