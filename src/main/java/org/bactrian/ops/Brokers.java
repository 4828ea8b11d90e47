package org.bactrian.ops;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Which Kafka is asked, and how to log in there.
 *
 * @param address {@code host:port}, comma-separated
 * @param source the configuration key or option that says the address, for complaints
 * @param security settings of Kafka's clients; empty for plain text without log-in
 */
public record Brokers(String address, String source, Map<String, String> security) {
    /** How long Kafka may take to answer. */
    static final Duration LIMIT = Duration.ofSeconds(10);

    /** What every client needs, to be added to. */
    Map<String, Object> client() {
        Map<String, Object> settings = new HashMap<>(security);
        int limit = Math.toIntExact(LIMIT.toMillis());
        settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, address);
        settings.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, limit);
        settings.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, limit / 2);
        return settings;
    }

    /** Kafka's innermost cause knows best, but for a time-out, of which it says nothing that helps. */
    NotDone failed(Throwable error) {
        Throwable cause = error;
        while (cause.getCause() != null && !(cause instanceof TimeoutException)) {
            cause = cause.getCause();
        }
        boolean late = cause instanceof TimeoutException || cause instanceof java.util.concurrent.TimeoutException;
        return new NotDone(
                late
                        ? "no answer from Kafka at %s (%s) within %d s; is Bactrian running? Start it, or say --brokers HOST:PORT"
                                .formatted(address, source, LIMIT.toSeconds())
                        : "Kafka at %s (%s) cannot be asked: %s; mend it, or say --brokers HOST:PORT"
                                .formatted(address, source, reason(cause)),
                error);
    }

    private static String reason(Throwable cause) {
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
