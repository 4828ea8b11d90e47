package org.bactrian.fault;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.ConsumerGroupState;
import org.apache.kafka.common.TopicPartition;

/** What lies on the topics between router and participants, and who has not read it to its end and said so. */
public final class Backlog implements AutoCloseable {
    private static final Map<String, List<String>> READERS = Map.of(
            "order.placed", List.of("router"),
            "inventory.command", List.of("inventory"),
            "inventory.reply", List.of("router-replies"),
            "order.event", List.of("router-events", "shipping", "invoicing"));

    private static final List<String> GROUPS =
            List.of("router", "inventory", "router-replies", "router-events", "shipping", "invoicing");

    private final Admin admin;

    public Backlog(String brokers) {
        admin = Admin.create(Map.of("bootstrap.servers", brokers));
    }

    /** Whether all consumers have come, and each has its one partition: else one that stands still holds up the others. */
    boolean isBalanced() throws InterruptedException, ExecutionException {
        return admin.describeConsumerGroups(GROUPS).all().get().values().stream()
                .allMatch(group -> group.state() == ConsumerGroupState.STABLE
                        && group.members().stream()
                                .allMatch(member ->
                                        member.assignment().topicPartitions().size() == 1));
    }

    /** Where each partition ends. */
    Map<TopicPartition, Long> ends() throws InterruptedException, ExecutionException {
        Collection<TopicPartition> partitions =
                admin.describeTopics(READERS.keySet()).allTopicNames().get().values().stream()
                        .flatMap(topic -> topic.partitions().stream()
                                .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                        .toList();
        var latest = partitions.stream().collect(Collectors.toMap(each -> each, each -> OffsetSpec.latest()));
        return admin.listOffsets(latest).all().get().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().offset()));
    }

    /** The records that a reader has not committed yet, by reader and topic; empty when all have read all. */
    public Map<String, Long> unread() throws InterruptedException, ExecutionException {
        var unread = new HashMap<String, Long>();
        Map<TopicPartition, Long> ends = ends();
        for (String group : GROUPS) {
            Map<TopicPartition, OffsetAndMetadata> read = admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get();
            ends.forEach((partition, end) -> {
                var committed = read.get(partition);
                long left = end - (committed == null ? 0 : committed.offset());
                if (READERS.getOrDefault(partition.topic(), List.of()).contains(group) && left > 0) {
                    unread.merge(group + " of " + partition.topic(), left, Long::sum);
                }
            });
        }
        return unread;
    }

    /** How many records could not be taken. */
    public long buried() throws InterruptedException, ExecutionException {
        var letters = READERS.keySet().stream()
                .collect(Collectors.toMap(
                        topic -> new TopicPartition(topic + ".dead", 0), topic -> OffsetSpec.latest()));
        return admin.listOffsets(letters).all().get().values().stream()
                .mapToLong(ListOffsetsResultInfo::offset)
                .sum();
    }

    @Override
    public void close() {
        admin.close();
    }
}
