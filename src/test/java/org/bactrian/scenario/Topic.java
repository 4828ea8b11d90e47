package org.bactrian.scenario;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** One topic, written and read from its beginning as any client may. */
final class Topic implements AutoCloseable {
    private static final long LIMIT_NANOS = Duration.ofSeconds(30).toNanos();

    private final String name;
    private final Properties connection = new Properties();
    private final KafkaProducer<String, byte[]> producer;
    private final KafkaConsumer<String, byte[]> consumer;
    private final List<ConsumerRecord<String, byte[]>> seen = new ArrayList<>();

    Topic(String brokers, String name) {
        this.name = name;
        connection.put("bootstrap.servers", brokers);
        producer = new KafkaProducer<>(connection, new StringSerializer(), new ByteArraySerializer());
        consumer = new KafkaConsumer<>(connection, new StringDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = consumer.partitionsFor(name).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    RecordMetadata send(String key, byte @Nullable [] body) throws InterruptedException, ExecutionException {
        return send(new ProducerRecord<>(name, null, key, body), Map.of());
    }

    RecordMetadata send(ProducerRecord<String, byte[]> record, Map<String, String> headers)
            throws InterruptedException, ExecutionException {
        headers.forEach((header, value) -> record.headers().add(header, value.getBytes(StandardCharsets.UTF_8)));
        return producer.send(record).get();
    }

    /** As other clients may: whatever bytes, of whatever size, compressed. */
    RecordMetadata sendRaw(byte @Nullable [] key, byte[] body, Header... headers)
            throws InterruptedException, ExecutionException {
        var settings = new Properties();
        settings.putAll(connection);
        settings.put("compression.type", "gzip");
        settings.put("max.request.size", 1 << 26);
        settings.put("buffer.memory", 1L << 26);
        try (var raw = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            return raw.send(new ProducerRecord<>(name, null, key, body, List.of(headers)))
                    .get();
        }
    }

    /** The first record that fits, now or within the limit. */
    ConsumerRecord<String, byte[]> find(Predicate<ConsumerRecord<String, byte[]>> wanted) {
        long end = System.nanoTime() + LIMIT_NANOS;
        while (System.nanoTime() < end) {
            var found = seen.stream().filter(wanted).findFirst();
            if (found.isPresent()) {
                return found.get();
            }
            consumer.poll(Duration.ofMillis(200)).forEach(seen::add);
        }
        throw new AssertionError("no such record on " + name + " among " + seen.size());
    }

    /** The next offset that the group would read; -1 if it has none. */
    long committed(String group, int partition) throws InterruptedException, ExecutionException {
        try (var admin = Admin.create(connection)) {
            var offset = admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .get(new TopicPartition(name, partition));
            return offset == null ? -1 : offset.offset();
        }
    }

    /** The ids under which consumers are in the group: whoever leaves it and joins it anew has another one. */
    Set<String> members(String group) throws InterruptedException, ExecutionException {
        try (var admin = Admin.create(connection)) {
            return admin.describeConsumerGroups(List.of(group)).all().get().values().stream()
                    .flatMap(description -> description.members().stream())
                    .map(MemberDescription::consumerId)
                    .collect(Collectors.toSet());
        }
    }

    @Override
    public void close() {
        producer.close();
        consumer.close();
    }
}
