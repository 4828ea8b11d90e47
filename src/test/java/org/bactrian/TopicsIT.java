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
        var context = new DefaultCamelContext();
        context.getPropertiesComponent().addOverrideProperty("kafka.brokers", broker.bootstrapServers());
        context.getPropertiesComponent().addOverrideProperty("kafka.topics", topics);
        Topics.create(new Settings(context, Path.of("").toAbsolutePath()), memory);
    }

    private static void keeps(String topic, long millis) throws Exception {
        var keeping = new NewTopic(topic, Optional.of(1), Optional.<Short>empty())
                .configs(Map.of("retention.ms", String.valueOf(millis)));
        admin.createTopics(Set.of(keeping)).all().get();
    }

    private static Config config(String topic) throws Exception {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Config config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
        return Objects.requireNonNull(config);
    }

    @Test
    void missingTopics_areCreatedTheDeadOnesToStayUntilTheyAreReplayed() throws Exception {
        create("new.command:3,new.command.dead:1", MONTH);

        assertThat(admin.describeTopics(Set.of("new.command"))
                        .allTopicNames()
                        .get()
                        .get("new.command"))
                .satisfies(topic -> assertThat(topic.partitions()).hasSize(3));
        assertThat(config("new.command").get("cleanup.policy").value()).isEqualTo("delete");
        assertThat(config("new.command.dead").get("cleanup.policy").value()).isEqualTo("compact");
        assertThat(config("new.command.dead").get("max.message.bytes").value()).isEqualTo("2097152");
        create("new.command:3,new.command.dead:1", MONTH);
    }

    @Test
    void topicThatOutlivesTheParticipantsMemory_isRefusedAtStart() throws Exception {
        keeps("long.command", Duration.ofDays(31).toMillis());

        assertThatThrownBy(() -> create("long.command:1", MONTH))
                .isInstanceOf(CannotStart.class)
                .hasMessageContaining("topic long.command keeps its records for 744 h, and barrier.keep is 720 h");
        create("long.command:1", Optional.of(Duration.ofDays(32)));
    }

    @Test
    void topicThatKeepsForEver_needsParticipantsThatRememberForEver() throws Exception {
        keeps("eternal.command", -1);

        assertThatThrownBy(() -> create("eternal.command:1", MONTH))
                .isInstanceOf(CannotStart.class)
                .hasMessageContaining("topic eternal.command keeps its records for ever")
                .hasMessageContaining("or forever");
        create("eternal.command:1", Optional.empty());
    }
}
