package org.bactrian.camel;

import java.time.Duration;
import java.util.Set;
import org.bactrian.saga.RetryPause;
import org.bactrian.saga.SagaId;

/**
 * How sagas are run.
 *
 * @param publicUrl where this application is reached, without a slash at its end; part of every saga's LRA id
 * @param stepLimit for steps whose {@code saga} has no {@code timeout}
 * @param callbackPause between the attempts of a completion or compensation; those of an action, which its step's limit ends, pause alike
 * @param recordedHeaders names of the headers that are kept of payloads, results and signals
 * @param poolSize threads that run steps and write the log; as many as the log's JDBC pool has connections
 */
public record SagaSettings(
        String publicUrl,
        Duration stepLimit,
        RetryPause callbackPause,
        Set<String> recordedHeaders,
        int poolSize,
        SagaLimits limits) {
    private static final String COORDINATOR_PATH = "/lra-coordinator/";

    public SagaSettings {
        if (publicUrl.endsWith("/")) {
            throw new IllegalArgumentException("public.url must not end with a slash; is " + publicUrl);
        }
        if (poolSize < 1) {
            throw new IllegalArgumentException("saga.threads must be at least 1; is " + poolSize);
        }
        recordedHeaders = Set.copyOf(recordedHeaders);
    }

    /** The id in LRA's form, which is Camel's saga id. */
    public String lraId(SagaId id) {
        return publicUrl + COORDINATOR_PATH + id;
    }

    /** @throws IllegalArgumentException if it is not an LRA of this coordinator: nobody else's URL is ever called */
    public SagaId sagaId(String lraId) {
        String prefix = publicUrl + COORDINATOR_PATH;
        if (!lraId.startsWith(prefix)) {
            throw new IllegalArgumentException("a Long-Running-Action must begin with '%s'; is '%s'"
                    .formatted(prefix, lraId.substring(0, Math.min(lraId.length(), 200))));
        }
        return SagaId.of(lraId.substring(prefix.length()));
    }
}
