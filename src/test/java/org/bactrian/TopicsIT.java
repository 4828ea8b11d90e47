package org.bactrian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.bactrian.embedded.CannotStart;
import org.bactrian.embedded.KafkaBroker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicsIT {
    private static final Optional<Duration> MONTH = Optional.of(Duration.ofDays(30));

    @SuppressWarnings("NullAway.Init")
    private static KafkaBroker broker;

    @SuppressWarnings("NullAway.Init")
    private static Admin admin;

    @BeforeAll
    static void start(@TempDir Path folder) {
        broker = KafkaBroker.start(folder, 0);
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    @AfterAll
    static void stop() throws Exception {
        admin.close();
        broker.close();
    }

    private static void create(String topics, Optional<Duration> memory) {
        create(topics, memory, Optional.empty());
    }

    private static void create(String topics, Optional<Duration> memory, Optional<Duration> keys) {
        var context = new DefaultCamelContext();
        context.getPropertiesComponent().addOverrideProperty("kafka.brokers", broker.bootstrapServers());
        context.getPropertiesComponent().addOverrideProperty("kafka.topics", topics);
        Topics.create(new Settings(context, Path.of("").toAbsolutePath()), memory, keys);
    }

    private static void keeps(String topic, String policy, long retentionMillis, Duration segment) throws Exception {
        var keeping = new NewTopic(topic, Optional.of(1), Optional.<Short>empty())
                .configs(Map.of(
                        "cleanup.policy", policy,
                        "retention.ms", String.valueOf(retentionMillis),
                        "segment.ms", String.valueOf(segment.toMillis())));
        admin.createTopics(Set.of(keeping)).all().get();
    }

    private static Config config(String topic) throws Exception {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Config config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
        return Objects.requireNonNull(config);
    }

    @Test
    void missingTopics_areCreatedEachWithItsDeadOneToStayUntilItIsReplayed() throws Exception {
        create("new.command:3", MONTH);

        assertThat(admin.describeTopics(Set.of("new.command"))
                        .allTopicNames()
                        .get()
                        .get("new.command"))
                .satisfies(topic -> assertThat(topic.partitions()).hasSize(3));
        assertThat(config("new.command").get("cleanup.policy").value()).isEqualTo("delete");
        assertThat(config("new.command.dead").get("cleanup.policy").value()).isEqualTo("compact");
        assertThat(config("new.command.dead").get("max.message.bytes").value()).isEqualTo("2097152");
        create("new.command:3", MONTH);
        assertThat(admin.listTopics().names().get()).doesNotContain("new.command.dead.dead");
    }

    @Test
    void deadTopicThatIsListed_hasThePartitionsListed() throws Exception {
        create("wide.command:1, wide.command.dead:2", MONTH);

        assertThat(admin.describeTopics(Set.of("wide.command.dead"))
                        .allTopicNames()
                        .get()
                        .get("wide.command.dead"))
                .satisfies(topic -> assertThat(topic.partitions()).hasSize(2));
        assertThat(config("wide.command.dead").get("cleanup.policy").value()).isEqualTo("compact");
    }

    @Test
    void topicThatOutlivesTheParticipantsMemory_isRefusedAtStart() throws Exception {
        keeps("long.command", "delete", Duration.ofDays(20).toMillis(), Duration.ofDays(10));

        assertThatThrownBy(() -> create("long.command:1", MONTH))
                .isInstanceOf(CannotStart.class)
                .hasMessageContaining("topic long.command can keep a record for 721 h"
                        + " (retention.ms 480 h, segment.ms 240 h, 1 h until Kafka looks), and barrier.keep is 720 h");
        create("long.command:1", Optional.of(Duration.ofDays(31)));
    }

    @Test
    void topicThatOutlivesTheKeysOfSagas_isRefusedAtStart() throws Exception {
        keeps("long.placed", "delete", Duration.ofDays(20).toMillis(), Duration.ofDays(10));

        assertThatThrownBy(() -> create("long.placed:1", Optional.empty(), MONTH))
                .isInstanceOf(CannotStart.class)
                .hasMessageContainingAll("topic long.placed can keep a record for 721 h", "saga.key.keep is 720 h");
    }

    @Test
    void topicWithKafkasDefaults_isForgottenWithinAMonth() {
        create("default.command:1", MONTH);
    }

    @Test
    void topicThatIsCompacted_forgetsNothing() throws Exception {
        keeps("compact.command", "compact,delete", 1_000, Duration.ofDays(1));

        assertThatThrownBy(() -> create("compact.command:1", MONTH))
                .isInstanceOf(CannotStart.class)
                .hasMessageContaining(
                        "topic compact.command can keep a record for ever (cleanup.policy=compact,delete)");
    }

    @Test
    void topicThatKeepsForEver_needsParticipantsThatRememberForEver() throws Exception {
        keeps("eternal.command", "delete", -1, Duration.ofDays(7));

        assertThatThrownBy(() -> create("eternal.command:1", MONTH))
                .isInstanceOf(CannotStart.class)
                .hasMessageContaining("topic eternal.command can keep a record for ever (retention.ms=-1)")
                .hasMessageContaining("or forever");
        create("eternal.command:1", Optional.empty());
    }
}
