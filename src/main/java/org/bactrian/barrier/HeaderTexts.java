package org.bactrian.barrier;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.camel.component.kafka.serde.KafkaHeaderDeserializer;
import org.jspecify.annotations.Nullable;

/** Makes Kafka headers texts, as routes compare them. One without a value has none: it must not stop the consumer. */
public final class HeaderTexts implements KafkaHeaderDeserializer {

    @Override
    public @Nullable Object deserialize(String key, byte @Nullable [] value) {
        return value == null ? null : new String(value, UTF_8);
    }
}
