package org.bactrian;

import static org.apache.kafka.common.config.TopicConfig.CLEANUP_POLICY_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.CLEANUP_POLICY_DELETE;
import static org.apache.kafka.common.config.TopicConfig.RETENTION_MS_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.SEGMENT_MS_CONFIG;

import java.time.Duration;
import org.apache.kafka.clients.admin.Config;

/**
 * How long a topic can keep a record: Kafka deletes segments whole, once the newest record in them is older than the retention,
 * so the first of a segment stays for as long as the segment is written to, too. A topic that is compacted, even if it is
 * deleted from as well, merges old segments into newer ones and so may keep a record for ever.
 */
record Retention(String policy, Duration retention, Duration segment) {
    /** Kafka looks every five minutes for what it can delete, unless the broker says otherwise. */
    private static final Duration MARGIN = Duration.ofHours(1);

    static Retention of(Config topic) {
        return new Retention(
                topic.get(CLEANUP_POLICY_CONFIG).value(),
                millis(topic, RETENTION_MS_CONFIG),
                millis(topic, SEGMENT_MS_CONFIG));
    }

    boolean isShorterThan(Duration memory) {
        return !isForEver() && longest().compareTo(memory) < 0;
    }

    /** As in {@code can keep a record …}: how long, and which settings say so. */
    @Override
    public String toString() {
        if (isForEver()) {
            return "for ever (%s)"
                    .formatted(
                            isCompacted()
                                    ? CLEANUP_POLICY_CONFIG + "=" + policy
                                    : RETENTION_MS_CONFIG + "=" + retention.toMillis());
        }
        return "for %d h (%s %d h, %s %d h, %d h until Kafka looks)"
                .formatted(
                        longest().toHours(),
                        RETENTION_MS_CONFIG,
                        retention.toHours(),
                        SEGMENT_MS_CONFIG,
                        segment.toHours(),
                        MARGIN.toHours());
    }

    private boolean isForEver() {
        return isCompacted() || retention.isNegative();
    }

    private boolean isCompacted() {
        return !policy.equals(CLEANUP_POLICY_DELETE);
    }

    private Duration longest() {
        return retention.plus(segment).plus(MARGIN);
    }

    private static Duration millis(Config topic, String key) {
        return Duration.ofMillis(Long.parseLong(topic.get(key).value()));
    }
}
