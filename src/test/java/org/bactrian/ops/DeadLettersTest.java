package org.bactrian.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.bactrian.ops.DeadLetters.Fold;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeadLettersTest {
    private final Fold fold = new Fold();

    @ParameterizedTest
    @CsvSource({
        "order.placed-2@17, order.placed.dead",
        "a-b_c-10@0, a-b_c.dead",
        "order.placed-2@, ",
        "order.placed@17, ",
        "-2@17, ",
        "a b-2@17, ",
        "'', ",
    })
    void name_saysTheTopic(String name, @Nullable String topic) {
        assertThat(DeadLetter.topicOf(name)).isEqualTo(Optional.ofNullable(topic));
    }

    @Test
    void sameNameAgain_theLastCounts() {
        fold.add(record("t-0@1", 0, "first", true));
        fold.add(record("t-0@1", 1, "second", true));

        assertThat(fold.content().letters())
                .singleElement()
                .satisfies(letter -> assertThat(letter.kept().value()).isEqualTo("second".getBytes(UTF_8)));
    }

    @Test
    void noBody_isALetterWithAnOriginAndATombstoneWithout() {
        fold.add(record("t-0@1", 0, null, true));
        assertThat(fold.content().letters()).hasSize(1);

        fold.add(record("t-0@1", 1, null, false));
        assertThat(fold.content()).isEqualTo(new DeadLetters.Content(List.of(), new TreeMap<>()));
    }

    @Test
    void nameOfAnotherTopicOrNoName_isAStranger() {
        fold.add(record("other-0@1", 0, "body", true));
        fold.add(record(null, 1, "body", true));
        fold.add(record("t-0@1", 2, "body", false));
        fold.add(record(null, 3, null, false));

        assertThat(fold.content()).isEqualTo(new DeadLetters.Content(List.of(), new TreeMap<>(Map.of("t.dead", 4))));
    }

    private static ConsumerRecord<byte @Nullable [], byte @Nullable []> record(
            @Nullable String key, long offset, @Nullable String value, boolean buried) {
        var headers = new RecordHeaders();
        if (buried) {
            headers.add("originTopic", "t".getBytes(UTF_8));
        }
        return new ConsumerRecord<>(
                "t.dead",
                0,
                offset,
                offset,
                TimestampType.CREATE_TIME,
                0,
                0,
                key == null ? null : key.getBytes(UTF_8),
                value == null ? null : value.getBytes(UTF_8),
                headers,
                Optional.empty());
    }
}
