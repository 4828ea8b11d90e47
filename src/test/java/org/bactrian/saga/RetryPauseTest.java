package org.bactrian.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class RetryPauseTest {
    private static final RetryPause PAUSE = new RetryPause(Duration.ofMillis(100), Duration.ofSeconds(5), 12);

    @Test
    void attemptsGoOn_pausesDoubleUpToTheMost() {
        assertThat(longest(PAUSE, 1)).isEqualTo(Duration.ofMillis(100));
        assertThat(longest(PAUSE, 2)).isEqualTo(Duration.ofMillis(200));
        assertThat(longest(PAUSE, 6)).isEqualTo(Duration.ofMillis(3_200));
        assertThat(longest(PAUSE, 7)).isEqualTo(Duration.ofSeconds(5));
        assertThat(longest(PAUSE, 1_000)).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void byChance_atLeastHalfOfItIsWaited() {
        var random = new Random(7);
        for (int attempt = 1; attempt <= 12; attempt++) {
            Duration longest = longest(PAUSE, attempt);
            for (int i = 0; i < 100; i++) {
                assertThat(PAUSE.after(attempt, random)).isBetween(longest.dividedBy(2), longest);
            }
        }
    }

    @Test
    void hugeFirstPause_doesNotOverflow() {
        var pause = new RetryPause(Duration.ofDays(150), Duration.ofDays(300), 40);

        for (int attempt = 2; attempt <= 40; attempt++) {
            assertThat(longest(pause, attempt)).isEqualTo(Duration.ofDays(300));
        }
    }

    @Test
    void wrongValues_areRefused() {
        assertThatThrownBy(() -> new RetryPause(Duration.ZERO, Duration.ofSeconds(1), 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RetryPause(Duration.ofMillis(-1), Duration.ofSeconds(1), 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RetryPause(Duration.ofSeconds(2), Duration.ofSeconds(1), 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RetryPause(Duration.ofSeconds(1), Duration.ofSeconds(1), 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Duration longest(RetryPause pause, int attempt) {
        return pause.after(attempt, new Most());
    }

    /** Chance at its worst. */
    private static final class Most implements RandomGenerator {
        @Override
        public long nextLong() {
            return -1;
        }

        @Override
        public long nextLong(long bound) {
            return bound - 1;
        }
    }
}
