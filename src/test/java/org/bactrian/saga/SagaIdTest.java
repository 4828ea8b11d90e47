package org.bactrian.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SagaIdTest {
    private final AtomicLong millis = new AtomicLong(1_800_000_000_000L);
    private final SagaIds ids = new SagaIds(() -> Instant.ofEpochMilli(millis.get()), new Random(1));

    @Test
    void made_isAVersion7UuidOfTheClocksTime() {
        SagaId id = ids.next();

        assertThat(id.value().version()).isEqualTo(7);
        assertThat(id.value().variant()).isEqualTo(2);
        assertThat(id.value().getMostSignificantBits() >>> 16).isEqualTo(millis.get());
    }

    @Test
    void clockStands_idsRise() {
        var made = new ArrayList<SagaId>();
        for (int i = 0; i < 10_000; i++) {
            made.add(ids.next());
        }

        assertThat(made).isSorted().doesNotHaveDuplicates();
        assertThat(made).allMatch(id -> id.value().version() == 7 && id.value().variant() == 2);
    }

    @Test
    void clockGoesBack_idsRiseNevertheless() {
        List<SagaId> made = new ArrayList<>();
        for (long step : new long[] {0, -1, -60_000, 59_000, 2_000, -1}) {
            millis.addAndGet(step);
            made.add(ids.next());
            made.add(ids.next());
        }

        assertThat(made).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void sortedAsText_isSortedByStart() {
        var made = new ArrayList<SagaId>();
        for (int i = 0; i < 100; i++) {
            millis.addAndGet(i * 977L);
            made.add(ids.next());
        }

        assertThat(new TreeSet<>(made)).containsExactlyElementsOf(made);
    }

    @Test
    void canonicalText_isReadBack() {
        SagaId id = ids.next();

        assertThat(SagaId.of(id.toString())).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1-2-3-4-5",
                "0197a1b2c3d47000800000000000000000000",
                "zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz",
                "0197a1b2-c3d4-7000-8000-00000000000",
                "0197a1b2-c3d4-7000-8000-0000000000001",
                " 197a1b2-c3d4-7000-8000-000000000000",
                "+197a1b2-c3d4-7000-8000-000000000000",
                "0197a1b2-c3d4-7000-8000-00000000000١",
                "0197a1b-2c3d4-7000-8000-000000000000"
            })
    void otherText_isRefused(String text) {
        assertThatThrownBy(() -> SagaId.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("a saga id must be a UUID", text);
    }

    @Test
    void longText_isNotRepeatedWhole() {
        assertThatThrownBy(() -> SagaId.of("x".repeat(10_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .hasSizeLessThan(200);
    }
}
