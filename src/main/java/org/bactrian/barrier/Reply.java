package org.bactrian.barrier;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.bactrian.saga.Refused;
import org.jspecify.annotations.Nullable;

/**
 * How a call's answer is said over Kafka. A route asks for it with three exchange properties, never headers, so that no
 * caller can choose a topic; they are for the next barrier only.
 *
 * @param type what an answer is called
 * @param refusalType what a no is called: a refusal, or a contradiction
 */
record Reply(String topic, String type, String refusalType) {
    static final String TOPIC = "answerTopic";
    static final String TYPE = "answerType";
    static final String REFUSAL_TYPE = "refusalType";

    /** Takes the properties off the exchange; null: the answer is not said over Kafka. */
    static @Nullable Reply take(Exchange exchange) {
        Object topic = exchange.removeProperty(TOPIC);
        Object type = exchange.removeProperty(TYPE);
        Object refusal = exchange.removeProperty(REFUSAL_TYPE);
        if (topic == null && type == null && refusal == null) {
            return null;
        }
        if (topic == null || type == null || refusal == null) {
            throw new IllegalStateException("%s, %s and %s must be set together; are %s, %s, %s"
                    .formatted(TOPIC, TYPE, REFUSAL_TYPE, topic, type, refusal));
        }
        return new Reply(topic.toString(), type.toString(), refusal.toString());
    }

    /** Puts what is final into the outbox; a failure that asking again can mend is not answered. */
    void say(Result result, Message call, Outbox outbox) {
        if (result.answer() != null) {
            outbox.answer(topic, type, call, result.answer());
        } else if (result.failure() instanceof Refused refused) {
            outbox.answer(topic, refusalType, call, no(refused.reason()));
        } else if (result.failure() instanceof Contradiction contradiction) {
            outbox.answer(topic, refusalType, call, no(String.valueOf(contradiction.getMessage())));
        }
    }

    private static Answer no(String reason) {
        byte[] body = Outbox.json(Map.of("reason", reason)).getBytes(StandardCharsets.UTF_8);
        return new Answer(body, "application/json");
    }
}
