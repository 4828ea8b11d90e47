package org.bactrian.ops;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends dead letters to where they came from: at least once, for a letter counts as replayed only after its topic has it.
 */
final class Replay implements AutoCloseable {
    private static final int LARGEST_BYTES = 32 * 1024 * 1024; // what is too large is the topic's to say

    private final Brokers brokers;
    private final Producer<byte[], byte[]> producer;

    Replay(Brokers brokers) {
        this.brokers = brokers;
        Map<String, Object> settings = brokers.client();
        int limit = Math.toIntExact(Brokers.LIMIT.toMillis());
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, limit);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, limit);
        settings.put(
                ProducerConfig.COMPRESSION_TYPE_CONFIG, "gzip"); // as the letter is: else it may be larger than it came
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, LARGEST_BYTES);
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 2L * LARGEST_BYTES);
        try {
            producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        } catch (KafkaException e) {
            throw brokers.failed(e);
        }
    }

    /**
     * Returns when the origin topic has it and the letter is marked as replayed.
     *
     * @return where it is now
     * @throws NotDone if it was not sent, or was sent but is not marked; the message says which
     */
    RecordMetadata send(DeadLetter letter) {
        byte[] key = letter.originKey();
        byte[] value = letter.originValue();
        RecordMetadata sent = await(record(letter.originTopic(), null, key, value, letter.originHeaders()));
        try {
            byte[] name = letter.name().getBytes(UTF_8);
            await(record(letter.kept().topic(), letter.kept().partition(), name, null, List.of()));
        } catch (NotDone e) {
            throw new NotDone(
                    "%s was sent to %s but could not be marked as replayed, and would be sent again: %s"
                            .formatted(letter.name(), letter.originTopic(), e.getMessage()),
                    e);
        }
        return sent;
    }

    @Override
    public void close() {
        producer.close(Brokers.LIMIT);
    }

    private RecordMetadata await(ProducerRecord<byte[], byte[]> record) {
        try {
            return producer.send(record).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw brokers.failed(e);
        } catch (ExecutionException | KafkaException e) {
            throw brokers.failed(e);
        }
    }

    @SuppressWarnings("NullAway") // the serializers are not annotated, and take null for what it is to Kafka
    private static ProducerRecord<byte[], byte[]> record(
            String topic,
            @Nullable Integer partition,
            byte @Nullable [] key,
            byte @Nullable [] value,
            Iterable<Header> headers) {
        return new ProducerRecord<>(topic, partition, key, value, headers);
    }
}
