package org.bactrian.bench;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What has gone through Kafka and PostgreSQL so far.
 *
 * @param messages on all topics but Kafka's own
 * @param commits in all databases of the server
 */
record Traffic(long messages, long commits) {
    private static final String COMMITS =
            "SELECT sum(xact_commit)::bigint FROM pg_stat_database WHERE datname IS NOT NULL";

    static Traffic of(String brokers, DataSource database) throws InterruptedException, ExecutionException {
        long commits =
                JdbcClient.create(database).sql(COMMITS).query(Long.class).single();
        return new Traffic(messages(brokers), commits);
    }

    Traffic since(Traffic before) {
        return new Traffic(messages - before.messages, commits - before.commits);
    }

    private static long messages(String brokers) throws InterruptedException, ExecutionException {
        try (Admin kafka = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, brokers))) {
            Collection<String> topics = kafka.listTopics().names().get();
            Map<TopicPartition, OffsetSpec> ends = kafka.describeTopics(topics).allTopicNames().get().values().stream()
                    .flatMap(topic -> topic.partitions().stream()
                            .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                    .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
            return kafka.listOffsets(ends).all().get().values().stream()
                    .mapToLong(ListOffsetsResultInfo::offset)
                    .sum();
        }
    }
}
