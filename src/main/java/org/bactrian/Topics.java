package org.bactrian;

import static org.apache.kafka.common.config.TopicConfig.CLEANUP_POLICY_COMPACT;
import static org.apache.kafka.common.config.TopicConfig.CLEANUP_POLICY_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.MAX_MESSAGE_BYTES_CONFIG;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.bactrian.embedded.CannotStart;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the topics that are missing, so that no consumer waits for one to appear, and sees to it that no topic keeps a
 * command longer than the participants remember that they have done it, nor an order longer than its key is known.
 */
final class Topics {
    private static final Logger LOG = LoggerFactory.getLogger(Topics.class);
    private static final int LIMIT_SECONDS = 20;

    /** A dead letter stays until it is replayed; it is a little larger than the record that it keeps. */
    private static final String DEAD = ".dead";

    private static final Map<String, String> DEAD_LETTERS =
            Map.of(CLEANUP_POLICY_CONFIG, CLEANUP_POLICY_COMPACT, MAX_MESSAGE_BYTES_CONFIG, "2097152");

    static final String PARTICIPANTS_REMEMBER = "barrier.keep";
    static final String KEYS_ARE_KEPT = "saga.key.keep";

    private Topics() {}

    /**
     * Reads {@code kafka.topics}: {@code name:partitions}, comma-separated. Each has a dead-letter topic, listed or not: else
     * Kafka would make one that forgets.
     *
     * @param memory how long participants remember what they have done; empty: for ever
     * @param keys how long a submission is known to be the same, likewise
     */
    static void create(Settings settings, Optional<Duration> memory, Optional<Duration> keys) {
        String brokers = settings.text("kafka.brokers");
        Map<String, Integer> wanted = wanted(settings.list("kafka.topics"));
        settings.check();
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, brokers))) {
            Map<String, Config> configs = configs(admin, wanted);
            warnOfLosingLetters(configs);
            memory.ifPresent(limit -> requireForgotten(configs, PARTICIPANTS_REMEMBER, limit));
            keys.ifPresent(limit -> requireForgotten(configs, KEYS_ARE_KEPT, limit));
        } catch (ExecutionException | TimeoutException e) {
            String why = e.getMessage() == null ? "no answer within %d s".formatted(LIMIT_SECONDS) : e.getMessage();
            throw new CannotStart("Kafka cannot be reached at %s (kafka.brokers): %s".formatted(brokers, why), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotStart("interrupted while asking Kafka for its topics", e);
        }
    }

    private static Map<String, Integer> wanted(List<String> topics) {
        Map<String, Integer> wanted = new LinkedHashMap<>();
        for (String topic : topics) {
            String[] parts = topic.split(":", 2);
            if (parts.length != 2 || !parts[1].matches("[1-9][0-9]{0,3}")) {
                throw new CannotStart("kafka.topics must list name:partitions; has '%s'".formatted(topic));
            }
            wanted.put(parts[0], Integer.parseInt(parts[1]));
        }
        List.copyOf(wanted.keySet()).stream()
                .filter(topic -> !topic.endsWith(DEAD))
                .forEach(topic -> wanted.putIfAbsent(topic + DEAD, 1));
        return wanted;
    }

    /** Of the topics that were there and of those that are created. */
    private static Map<String, Config> configs(Admin admin, Map<String, Integer> wanted)
            throws ExecutionException, InterruptedException, TimeoutException {
        Set<String> present = admin.listTopics().names().get(LIMIT_SECONDS, TimeUnit.SECONDS);
        List<ConfigResource> known = wanted.keySet().stream()
                .filter(present::contains)
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList();
        Map<String, Config> configs = new HashMap<>();
        admin.describeConfigs(known)
                .all()
                .get(LIMIT_SECONDS, TimeUnit.SECONDS)
                .forEach((topic, config) -> configs.put(topic.name(), config));
        for (var topic : wanted.entrySet()) {
            if (!present.contains(topic.getKey())) {
                create(admin, topic.getKey(), topic.getValue())
                        .ifPresent(config -> configs.put(topic.getKey(), config));
            }
        }
        return configs;
    }

    /** Empty if another process was faster. */
    private static Optional<Config> create(Admin admin, String name, int partitions)
            throws InterruptedException, TimeoutException {
        var topic = new NewTopic(name, Optional.of(partitions), Optional.<Short>empty());
        try {
            return Optional.of(admin.createTopics(Set.of(name.endsWith(DEAD) ? topic.configs(DEAD_LETTERS) : topic))
                    .config(name)
                    .get(LIMIT_SECONDS, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicExistsException) {
                return Optional.empty();
            }
            throw new CannotStart(
                    "topic %s is missing and cannot be created (%s); create it with %d partitions"
                            .formatted(name, e.getMessage(), partitions),
                    e);
        }
    }

    /** Topics that somebody else has created are theirs to alter. */
    private static void warnOfLosingLetters(Map<String, Config> configs) {
        configs.forEach((topic, config) -> {
            String policy = config.get(CLEANUP_POLICY_CONFIG).value();
            if (topic.endsWith(DEAD) && !policy.equals(CLEANUP_POLICY_COMPACT)) {
                LOG.warn(
                        "topic {} has {}={}: dead letters in it vanish with time; set it to {}",
                        topic,
                        CLEANUP_POLICY_CONFIG,
                        policy,
                        CLEANUP_POLICY_COMPACT);
            }
        });
    }

    private static void requireForgotten(Map<String, Config> configs, String key, Duration memory) {
        configs.forEach((topic, config) -> {
            if (!topic.endsWith(DEAD)) {
                Retention kept = Retention.of(config);
                if (!kept.isShorterThan(memory)) {
                    throw new CannotStart(
                            "topic %s can keep a record %s, and %s is %d h: what is read again after that would be done again; make %s longer than that of every topic, or forever"
                                    .formatted(topic, kept, key, memory.toHours(), key));
                }
            }
        });
    }
}
