package org.bactrian.participants;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes and reads topics of one partition, as the router and other services do. */
final class Topics implements AutoCloseable {
    private final String address;
    private final KafkaProducer<String, String> producer;

    Topics(String address) {
        this.address = address;
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", address), new StringSerializer(), new StringSerializer());
    }

    /** Returns when the broker has it. */
    void send(String topic, String key, Map<String, String> headers, String body) {
        ProducerRecord<String, String> message = new ProducerRecord<>(topic, key, body);
        headers.forEach((name, value) -> message.headers().add(name, value.getBytes(UTF_8)));
        try {
            producer.send(message).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** All messages of a topic with this key, in order. */
    List<Message> of(String topic, String key) {
        return read(topic, key::equals);
    }

    List<Message> all(String topic) {
        return read(topic, key -> true);
    }

    private List<Message> read(String topic, Predicate<String> wanted) {
        Map<String, Object> config = Map.of("bootstrap.servers", address, "group.id", "test");
        TopicPartition partition = new TopicPartition(topic, 0);
        List<Message> found = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(each -> {
                    if (wanted.test(each.key())) {
                        found.add(Message.of(each));
                    }
                });
            }
        }
        return found;
    }

    /** How many records of the topic the group has not committed yet. */
    long uncommitted(String topic, String group) {
        TopicPartition partition = new TopicPartition(topic, 0);
        Map<String, Object> config = Map.of("bootstrap.servers", address, "group.id", "test");
        try (Admin admin = Admin.create(config);
                var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            var committed = admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .get(partition);
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            return committed == null ? end : end - committed.offset();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        producer.close();
    }

    /** @param id which tells one record from another that says the same; empty: none */
    record Message(String id, Map<String, String> headers, String body) {
        static Message of(ConsumerRecord<String, String> each) {
            Map<String, String> headers = new java.util.TreeMap<>();
            StreamSupport.stream(each.headers().spliterator(), false)
                    .forEach(header -> headers.put(header.key(), new String(header.value(), UTF_8)));
            String id = headers.remove("messageId");
            return new Message(id == null ? "" : id, headers, each.value());
        }

        /** As {@code InventoryRefused {"reason":"…"}}. */
        @Override
        public String toString() {
            return headers.get("messageType") + " " + Participant.parse(body);
        }
    }
}
