package org.bactrian.ops;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.bactrian.barrier.Letter;
import org.jspecify.annotations.Nullable;

/**
 * Reads dead-letter topics from their beginning to where they end now, as no consumer group. The last record under a name
 * counts: a letter that was buried twice is there once, one that was replayed is not there.
 */
record DeadLetters(Brokers brokers) {
    /**
     * What is in the topics asked for.
     *
     * @param letters by topic, oldest first
     * @param strangers per topic, how many records are neither letters nor tombstones of letters; more than 0
     */
    record Content(List<DeadLetter> letters, SortedMap<String, Integer> strangers) {}

    /** Every topic that there is, dead-letter topics and others. */
    Set<String> topics() {
        try (Admin admin = Admin.create(brokers.client())) {
            return admin.listTopics().names().get(Brokers.LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw brokers.failed(e);
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            throw brokers.failed(e);
        }
    }

    /** @param topics dead-letter topics that exist */
    Content read(Collection<String> topics) {
        Map<String, Object> settings = brokers.client();
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        var fold = new Fold();
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = topics.stream()
                    .flatMap(topic -> consumer.partitionsFor(topic).stream())
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            drain(consumer, consumer.endOffsets(partitions), fold);
        } catch (KafkaException e) {
            throw brokers.failed(e);
        }
        return fold.content();
    }

    private void drain(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends, Fold fold) {
        long lastProgress = System.nanoTime();
        long before = -1;
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            consumer.poll(Duration.ofMillis(100)).forEach(fold::add);
            long now = ends.keySet().stream().mapToLong(consumer::position).sum();
            if (now != before) {
                before = now;
                lastProgress = System.nanoTime();
            } else if (System.nanoTime() - lastProgress > Brokers.LIMIT.toNanos()) {
                throw brokers.failed(new TimeoutException());
            }
        }
    }

    /** Keeps the last letter under each name. */
    static final class Fold {
        private final Map<String, DeadLetter> letters = new HashMap<>();
        private final SortedMap<String, Integer> strangers = new TreeMap<>();

        void add(ConsumerRecord<byte @Nullable [], byte @Nullable []> kept) {
            String name = DeadLetter.nameOf(kept).orElse(null);
            boolean buried = kept.headers().lastHeader(Letter.ORIGIN_TOPIC) != null;
            if (name != null && buried) {
                letters.put(name, new DeadLetter(kept));
            } else if (name != null && kept.value() == null) {
                letters.remove(name);
            } else {
                strangers.merge(kept.topic(), 1, Integer::sum);
            }
        }

        Content content() {
            return new Content(
                    letters.values().stream()
                            .sorted(Comparator.comparing(
                                            (DeadLetter letter) -> letter.kept().topic())
                                    .thenComparing(DeadLetter::at)
                                    .thenComparing(letter -> letter.kept().partition())
                                    .thenComparing(letter -> letter.kept().offset()))
                            .toList(),
                    strangers);
        }
    }
}
