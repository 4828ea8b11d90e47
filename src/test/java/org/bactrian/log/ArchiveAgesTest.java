package org.bactrian.log;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ArchiveAgesTest {
    private static final Optional<Duration> FOR_EVER = Optional.empty();

    @Test
    void eachAtLeastAsLongAsTheOneBefore_isTaken() {
        assertThatCode(() -> new ArchiveAges(days(30), days(365), days(365))).doesNotThrowAnyException();
        assertThatCode(() -> new ArchiveAges(days(30), FOR_EVER, FOR_EVER)).doesNotThrowAnyException();
        assertThatCode(() -> new ArchiveAges(FOR_EVER, days(1), days(1))).doesNotThrowAnyException();
    }

    @Test
    void droppedBeforeItIsArchived_isRefused() {
        assertThatThrownBy(() -> new ArchiveAges(days(30), days(29), FOR_EVER))
                .hasMessage("saga.archive.drop must be at least saga.archive.after, 720 h; is 696 h");
    }

    @Test
    void keyForgottenBeforeItsSagaIsDropped_isRefused() {
        assertThatThrownBy(() -> new ArchiveAges(days(30), days(365), days(364)))
                .hasMessageStartingWith("saga.key.keep must be at least saga.archive.drop, 8760 h; is 8736 h");
        assertThatThrownBy(() -> new ArchiveAges(days(30), FOR_EVER, days(9999)))
                .hasMessageStartingWith("saga.key.keep must be at least saga.archive.drop, forever;");
    }

    private static Optional<Duration> days(int days) {
        return Optional.of(Duration.ofDays(days));
    }
}
