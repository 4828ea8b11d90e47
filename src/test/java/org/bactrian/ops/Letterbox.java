package org.bactrian.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Buries records as the routes do, and reads what is in topics. */
final class Letterbox implements AutoCloseable {
    private final Properties connection = new Properties();
    private final Admin admin;
    private final KafkaProducer<byte[], byte[]> producer;

    Letterbox(String address) {
        connection.put("bootstrap.servers", address);
        admin = Admin.create(connection);
        producer = new KafkaProducer<>(connection, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * Returns when the broker lists them, which may be after it has made them. Those of dead letters compacted: else Kafka may
     * delete at any time what is older than its retention.
     */
    void createTopics(String... names) throws Exception {
        admin.createTopics(List.of(names).stream()
                        .map(name -> new NewTopic(name, 2, (short) 1)
                                .configs(Map.of("cleanup.policy", name.endsWith(".dead") ? "compact" : "delete")))
                        .toList())
                .all()
                .get(10, TimeUnit.SECONDS);
        await().until(() -> admin.listTopics().names().get().containsAll(List.of(names)));
    }

    void deleteTopics() throws Exception {
        admin.deleteTopics(admin.listTopics().names().get(10, TimeUnit.SECONDS))
                .all()
                .get(10, TimeUnit.SECONDS);
        await().until(() -> admin.listTopics().names().get().isEmpty());
    }

    /** @param at milliseconds since 1970 */
    void bury(String name, long at, @Nullable String originKey, byte @Nullable [] value, Header... headers)
            throws Exception {
        String topic = name.replaceFirst("-[0-9]+@[0-9]+$", "");
        var record = new ProducerRecord<>(topic + ".dead", null, at, name.getBytes(UTF_8), value, List.of(headers));
        record.headers().add("originTopic", topic.getBytes(UTF_8));
        record.headers()
                .add(
                        "originPartition",
                        name.replaceFirst(".*-([0-9]+)@.*", "$1").getBytes(UTF_8));
        record.headers().add("originOffset", name.replaceFirst(".*@", "").getBytes(UTF_8));
        if (originKey != null) {
            record.headers().add("originKey", originKey.getBytes(UTF_8));
        }
        send(record);
    }

    void send(ProducerRecord<byte[], byte[]> record) throws ExecutionException, InterruptedException {
        producer.send(record).get();
    }

    static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(UTF_8));
    }

    /** All records of the topic that there are now. */
    List<ConsumerRecord<byte[], byte[]>> of(String topic) {
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(connection, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.getOrDefault(each, 0L))) {
                consumer.poll(Duration.ofMillis(100)).forEach(found::add);
            }
        }
        return found;
    }

    @Override
    public void close() {
        producer.close();
        admin.close();
    }
}
