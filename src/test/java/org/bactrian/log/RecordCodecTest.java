package org.bactrian.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bactrian.log.RecordCodec.Row;
import org.bactrian.saga.Content;
import org.bactrian.saga.Failure;
import org.bactrian.saga.Failure.Kind;
import org.bactrian.saga.OperatorWord;
import org.bactrian.saga.OperatorWord.Verb;
import org.bactrian.saga.SagaRecord;
import org.bactrian.saga.SagaRecord.Aborted;
import org.bactrian.saga.SagaRecord.Aborting;
import org.bactrian.saga.SagaRecord.Attempt;
import org.bactrian.saga.SagaRecord.Begun;
import org.bactrian.saga.SagaRecord.Completed;
import org.bactrian.saga.SagaRecord.Completing;
import org.bactrian.saga.SagaRecord.Failed;
import org.bactrian.saga.SagaRecord.Parked;
import org.bactrian.saga.SagaRecord.Payload;
import org.bactrian.saga.SagaRecord.Said;
import org.bactrian.saga.SagaRecord.StepCompensated;
import org.bactrian.saga.SagaRecord.StepCompensating;
import org.bactrian.saga.SagaRecord.StepCompleted;
import org.bactrian.saga.SagaRecord.StepCompleting;
import org.bactrian.saga.SagaRecord.Succeeded;
import org.bactrian.saga.SagaRecord.Waiting;
import org.bactrian.saga.StepPlan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecordCodecTest {
    private static final Content TEXT =
            new Content("{\"ä\": \"'\"}".getBytes(UTF_8), "application/json", Map.of("a", "b"));
    private static final Content BYTES = new Content(new byte[] {0, -1, 65}, null, Map.of());

    static List<SagaRecord> records() {
        return List.of(
                new Payload(TEXT),
                new Payload(BYTES),
                new Payload(Content.EMPTY),
                new Begun("a#1", new StepPlan("direct:x", "direct:y", Map.of("o", "1"), Duration.ofSeconds(3), false)),
                new Begun("b", new StepPlan(null, null, Map.of(), Duration.ofMillis(1), true)),
                new Attempt("a", ""),
                new Attempt("a", "no answer"),
                new Succeeded("a", TEXT),
                new Failed("a", new Failure(Kind.REFUSED, "no")),
                new Failed("a", new Failure(Kind.UNKNOWN, "")),
                new StepCompleting("a", 1, ""),
                new StepCompleting("a", 2, "away"),
                new StepCompleted("a"),
                new StepCompensating("a", 7, "away"),
                new StepCompensated("a"),
                new Completing(),
                new Completed(),
                new Aborting(new Failure(Kind.FAULT, "a", "broken")),
                new Aborting(new Failure(Kind.CANCELLED, "its time is over")),
                new Aborted(),
                new Parked("mend it"),
                new Waiting("a#1"),
                new Said(new OperatorWord(Verb.CANCEL, "operator/cancel", null, "asked by phone")),
                new Said(new OperatorWord(Verb.SKIP, "operator/skip@2", "a", "done by hand")));
    }

    @Test
    void everyKindIsAmongTheRecords() {
        assertThat(records().stream().map(Object::getClass).distinct()).hasSize((int) Stream.concat(
                        Arrays.stream(SagaRecord.class.getPermittedSubclasses()),
                        Arrays.stream(SagaRecord.OfStep.class.getPermittedSubclasses()))
                .filter(Class::isRecord)
                .count());
    }

    @ParameterizedTest
    @MethodSource("records")
    void writtenAndRead_itIsTheSame(SagaRecord record) {
        Row row = RecordCodec.encode(record);

        assertThat(RecordCodec.decode(row.kind(), row.step(), row.data()))
                .usingRecursiveComparison()
                .isEqualTo(record);
    }

    @Test
    void rowsOfTheFirstVersion_areRead() {
        byte[] aborting = "{\"kind\":\"REFUSED\",\"reason\":\"no\",\"text\":\"a#1 refused: no\"}".getBytes(UTF_8);

        assertThat(RecordCodec.decode("attempt", "a", null)).isEqualTo(new Attempt("a", ""));
        assertThat(RecordCodec.decode("aborting", null, aborting))
                .isEqualTo(new Aborting(new Failure(Kind.REFUSED, "a#1", "no")));
    }

    @Test
    void whatNoVersionWrote_isRefused() {
        assertThatThrownBy(() -> RecordCodec.decode("begun", null, null)).hasMessageContaining("begun");
        assertThatThrownBy(() -> RecordCodec.decode("payload", "a", null)).hasMessageContaining("payload");
        assertThatThrownBy(() -> RecordCodec.decode("succeeded", "a", new byte[] {'{'}))
                .hasMessageContaining("JSON");
    }
}
