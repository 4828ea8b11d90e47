package org.bactrian.barrier;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;

/** Writes a letter's headers byte for byte, also repeated ones, which a Camel message cannot hold. */
public final class LetterSerializer implements Serializer<Letter> {

    @Override
    public byte[] serialize(String topic, Headers headers, Letter letter) {
        letter.headers().forEach(headers::add);
        return serialize(topic, letter);
    }

    @Override
    public byte[] serialize(String topic, Letter letter) {
        return letter.value().get();
    }
}
