package org.bactrian.log;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.bactrian.saga.OperatorWord;
import org.bactrian.saga.SagaRecord;
import org.jspecify.annotations.Nullable;

/** How a record is written: its kind, its step and its data as JSON, readable with {@code psql} and for every later version. */
final class RecordCodec {
    private RecordCodec() {}

    /** @param data null if the kind says it all */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Row(String kind, @Nullable String step, byte @Nullable [] data) {}

    static Row encode(SagaRecord record) {
        if (record instanceof SagaRecord.OfStep ofStep) {
            return ofStep(ofStep);
        } else if (record instanceof SagaRecord.Payload payload) {
            return row("payload", null, Forms.of(payload.content()));
        } else if (record instanceof SagaRecord.Completing) {
            return row("completing", null, null);
        } else if (record instanceof SagaRecord.Completed) {
            return row("completed", null, null);
        } else if (record instanceof SagaRecord.Aborting aborting) {
            return row("aborting", null, Forms.of(aborting.failure()));
        } else if (record instanceof SagaRecord.Aborted) {
            return row("aborted", null, null);
        } else if (record instanceof SagaRecord.Parked parked) {
            return row("parked", null, Forms.object().put("reason", parked.reason()));
        } else if (record instanceof SagaRecord.Waiting waiting) {
            return row("waiting", null, Forms.object().put("for", waiting.step()));
        } else if (record instanceof SagaRecord.Said said) {
            OperatorWord word = said.word();
            return row(
                    "operator",
                    word.step(),
                    Forms.object().put("word", word.name()).put("reason", word.reason()));
        }
        throw new IllegalStateException("no form for " + record);
    }

    /**
     * The record that was written so.
     *
     * @throws IllegalStateException if no version wrote this
     */
    static SagaRecord decode(String kind, @Nullable String step, byte @Nullable [] data) {
        JsonNode json = Forms.parse(data);
        if (kind.equals("operator")) {
            return said(step, json);
        }
        return step == null ? ofSaga(kind, json) : ofStep(kind, step, json);
    }

    private static SagaRecord said(@Nullable String step, JsonNode json) {
        String name = json.path("word").asText();
        return OperatorWord.of(name, step, json.path("reason").asText())
                .map(SagaRecord.Said::new)
                .orElseThrow(() -> new IllegalStateException("no operator says " + name));
    }

    private static SagaRecord ofSaga(String kind, JsonNode json) {
        return switch (kind) {
            case "payload" -> new SagaRecord.Payload(Forms.content(json));
            case "completing" -> new SagaRecord.Completing();
            case "completed" -> new SagaRecord.Completed();
            case "aborting" -> new SagaRecord.Aborting(Forms.failure(json));
            case "aborted" -> new SagaRecord.Aborted();
            case "parked" -> new SagaRecord.Parked(json.path("reason").asText());
            case "waiting" -> new SagaRecord.Waiting(json.path("for").asText());
            default -> throw new IllegalStateException("no record of a saga is of kind " + kind);
        };
    }

    private static SagaRecord ofStep(String kind, String step, JsonNode json) {
        int attempt = json.path("attempt").asInt(1);
        String lastError = json.path("lastError").asText();
        return switch (kind) {
            case "begun" -> new SagaRecord.Begun(step, Forms.plan(json));
            case "attempt" -> new SagaRecord.Attempt(step, lastError);
            case "succeeded" -> new SagaRecord.Succeeded(step, Forms.content(json));
            case "failed" -> new SagaRecord.Failed(step, Forms.failure(json));
            case "completing" -> new SagaRecord.StepCompleting(step, attempt, lastError);
            case "completed" -> new SagaRecord.StepCompleted(step);
            case "compensating" -> new SagaRecord.StepCompensating(step, attempt, lastError);
            case "compensated" -> new SagaRecord.StepCompensated(step);
            default -> throw new IllegalStateException("no record of a step is of kind " + kind);
        };
    }

    private static Row ofStep(SagaRecord.OfStep record) {
        if (record instanceof SagaRecord.Begun begun) {
            return row("begun", begun.step(), Forms.of(begun.plan()));
        } else if (record instanceof SagaRecord.Attempt attempt) {
            return row("attempt", attempt.step(), again(attempt.lastError()));
        } else if (record instanceof SagaRecord.Succeeded succeeded) {
            return row("succeeded", succeeded.step(), Forms.of(succeeded.result()));
        } else if (record instanceof SagaRecord.Failed failed) {
            return row("failed", failed.step(), Forms.of(failed.failure()));
        } else if (record instanceof SagaRecord.StepCompleting completing) {
            return row("completing", completing.step(), attempt(completing.attempt(), completing.lastError()));
        } else if (record instanceof SagaRecord.StepCompleted) {
            return row("completed", record.step(), null);
        } else if (record instanceof SagaRecord.StepCompensating compensating) {
            return row("compensating", compensating.step(), attempt(compensating.attempt(), compensating.lastError()));
        } else if (record instanceof SagaRecord.StepCompensated) {
            return row("compensated", record.step(), null);
        }
        throw new IllegalStateException("no form for " + record);
    }

    private static Row row(String kind, @Nullable String step, @Nullable ObjectNode data) {
        return new Row(kind, step, data == null ? null : Forms.bytes(data));
    }

    /** Null, as in rows written before there was an error to tell, if it is empty. */
    private static @Nullable ObjectNode again(String lastError) {
        return lastError.isEmpty() ? null : Forms.object().put("lastError", lastError);
    }

    private static ObjectNode attempt(int attempt, String lastError) {
        return Forms.object().put("attempt", attempt).put("lastError", lastError);
    }
}
