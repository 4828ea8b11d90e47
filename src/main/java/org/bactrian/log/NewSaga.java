package org.bactrian.log;

import java.time.Duration;
import org.bactrian.saga.Content;
import org.bactrian.saga.SagaId;
import org.jspecify.annotations.Nullable;

/**
 * A saga to be entered into the log.
 *
 * @param pipeline the route id of the pipeline, or of the route that began it
 * @param submission null if a route that is not a pipeline began it
 * @param limit after which it is aborted; null for no limit
 */
public record NewSaga(
        SagaId id,
        String pipeline,
        @Nullable Submission submission,
        @Nullable Duration limit) {

    /**
     * What makes a saga findable and repeatable.
     *
     * @param key the business key, unique within the pipeline
     * @param bodyHash 32 bytes; tells a repetition from another order under the same key
     * @param payload record 0
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by the database only
    public record Submission(String key, byte[] bodyHash, Content payload) {}
}
