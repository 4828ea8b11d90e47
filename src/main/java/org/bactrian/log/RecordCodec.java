package org.bactrian.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.bactrian.saga.Content;
import org.bactrian.saga.Failure;
import org.bactrian.saga.SagaRecord;
import org.bactrian.saga.StepPlan;
import org.jspecify.annotations.Nullable;

/** How a record is written: its kind, its step and its data as JSON, readable with {@code psql} and for every later version. */
final class RecordCodec {
    private static final ObjectMapper JSON = new ObjectMapper();

    private RecordCodec() {}

    /** @param data null if the kind says it all */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Row(String kind, @Nullable String step, byte @Nullable [] data) {}

    static Row encode(SagaRecord record) {
        if (record instanceof SagaRecord.OfStep ofStep) {
            return ofStep(ofStep);
        } else if (record instanceof SagaRecord.Payload payload) {
            return row("payload", null, content(payload.content()));
        } else if (record instanceof SagaRecord.Completing) {
            return row("completing", null, null);
        } else if (record instanceof SagaRecord.Completed) {
            return row("completed", null, null);
        } else if (record instanceof SagaRecord.Aborting aborting) {
            return row("aborting", null, failure(aborting.failure()));
        } else if (record instanceof SagaRecord.Aborted) {
            return row("aborted", null, null);
        } else if (record instanceof SagaRecord.Parked parked) {
            return row("parked", null, JSON.createObjectNode().put("reason", parked.reason()));
        }
        throw new IllegalStateException("no form for " + record);
    }

    private static Row ofStep(SagaRecord.OfStep record) {
        if (record instanceof SagaRecord.Begun begun) {
            return row("begun", begun.step(), plan(begun.plan()));
        } else if (record instanceof SagaRecord.Attempt attempt) {
            return row("attempt", attempt.step(), again(attempt.lastError()));
        } else if (record instanceof SagaRecord.Succeeded succeeded) {
            return row("succeeded", succeeded.step(), content(succeeded.result()));
        } else if (record instanceof SagaRecord.Failed failed) {
            return row("failed", failed.step(), failure(failed.failure()));
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
        try {
            return new Row(kind, step, data == null ? null : JSON.writeValueAsBytes(data));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a %s record of step %s cannot be written".formatted(kind, step), e);
        }
    }

    private static ObjectNode content(Content content) {
        ObjectNode node = JSON.createObjectNode().put("contentType", content.contentType());
        ObjectNode headers = node.putObject("headers");
        content.headers().forEach(headers::put);
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content.body()))
                    .toString();
            if (text.indexOf(0) < 0) { // PostgreSQL reads no JSON with a NUL in it
                return node.put("text", text);
            }
        } catch (CharacterCodingException e) {
            // not text: falls through to base64
        }
        return node.put("base64", Base64.getEncoder().encodeToString(content.body()));
    }

    private static ObjectNode plan(StepPlan plan) {
        ObjectNode node = JSON.createObjectNode()
                .put("compensation", plan.compensation())
                .put("completion", plan.completion())
                .put("limitMillis", plan.limit().toMillis())
                .put("joined", plan.joined());
        ObjectNode options = node.putObject("options");
        plan.options().forEach(options::put);
        return node;
    }

    private static ObjectNode failure(Failure failure) {
        return JSON.createObjectNode()
                .put("kind", failure.kind().name())
                .put("reason", failure.reason())
                .put("text", failure.toString());
    }

    /** Null, as in rows written before there was an error to tell, if it is empty. */
    private static @Nullable ObjectNode again(String lastError) {
        return lastError.isEmpty() ? null : JSON.createObjectNode().put("lastError", lastError);
    }

    private static ObjectNode attempt(int attempt, String lastError) {
        return JSON.createObjectNode().put("attempt", attempt).put("lastError", lastError);
    }
}
