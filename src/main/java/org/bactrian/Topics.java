package org.bactrian;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;
import org.bactrian.embedded.CannotStart;

/** Creates the topics that are missing, so that no consumer waits for one to appear. */
final class Topics {
    private static final int LIMIT_SECONDS = 20;

    private Topics() {}

    /** Reads {@code kafka.topics}: {@code name:partitions}, comma-separated. */
    static void create(Settings settings) {
        String brokers = settings.text("kafka.brokers");
        Map<String, Integer> wanted = new HashMap<>();
        for (String topic : settings.list("kafka.topics")) {
            String[] parts = topic.split(":", 2);
            if (parts.length != 2 || !parts[1].matches("[1-9][0-9]{0,3}")) {
                throw new CannotStart("kafka.topics must list name:partitions; has '%s'".formatted(topic));
            }
            wanted.put(parts[0], Integer.parseInt(parts[1]));
        }
        settings.check();
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, brokers))) {
            Set<String> present = admin.listTopics().names().get(LIMIT_SECONDS, TimeUnit.SECONDS);
            for (var topic : wanted.entrySet()) {
                if (!present.contains(topic.getKey())) {
                    create(admin, topic.getKey(), topic.getValue());
                }
            }
        } catch (ExecutionException | TimeoutException e) {
            String why = e.getMessage() == null ? "no answer within %d s".formatted(LIMIT_SECONDS) : e.getMessage();
            throw new CannotStart("Kafka cannot be reached at %s (kafka.brokers): %s".formatted(brokers, why), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotStart("interrupted while asking Kafka for its topics", e);
        }
    }

    private static void create(Admin admin, String name, int partitions) throws InterruptedException, TimeoutException {
        try {
            admin.createTopics(Set.of(new NewTopic(name, Optional.of(partitions), Optional.<Short>empty())))
                    .all()
                    .get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new CannotStart(
                        "topic %s is missing and cannot be created (%s); create it with %d partitions"
                                .formatted(name, e.getMessage(), partitions),
                        e);
            }
        }
    }
}
