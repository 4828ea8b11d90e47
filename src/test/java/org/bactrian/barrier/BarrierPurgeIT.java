package org.bactrian.barrier;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is forgotten, and what must not be. */
class BarrierPurgeIT {
    private static final Duration DAY = Duration.ofDays(1);

    private Guarded guarded;

    @BeforeEach
    void start() throws Exception {
        guarded = new Guarded();
    }

    @AfterEach
    void stop() {
        guarded.close();
    }

    private UUID called(String... calls) {
        UUID saga = UUID.randomUUID();
        for (String call : calls) {
            guarded.call(saga, call);
        }
        return saga;
    }

    private void age(UUID saga, String call, Duration age) {
        int rows = guarded.sql.update(
                "UPDATE saga_barrier SET at = at - make_interval(secs => ?) WHERE saga_id = ? AND call = ?",
                age.toSeconds(),
                saga,
                call);
        assertThat(rows).isEqualTo(1);
    }

    private int purge(Optional<Duration> age) {
        return new BarrierPurge(List.of(guarded.database), age).purge();
    }

    @Test
    void stepThatEndedLongAgo_isForgottenWhole() {
        UUID completed = called("action", "completion");
        UUID compensated = called("action", "compensation");
        UUID tombstone = called("compensation");
        age(completed, "completion", DAY.plusMinutes(1));
        age(compensated, "compensation", DAY.plusMinutes(1));
        age(tombstone, "compensation", DAY.plusMinutes(1));

        assertThat(purge(Optional.of(DAY))).isEqualTo(6);
        assertThat(guarded.sql.queryForList("SELECT FROM saga_barrier")).isEmpty();
    }

    @Test
    void stepThatEndedLately_isRememberedHoweverOldItsAction() {
        UUID completed = called("action", "completion");
        UUID tombstone = called("compensation");
        age(completed, "action", DAY.multipliedBy(9));
        age(completed, "completion", DAY.minusMinutes(1));
        age(tombstone, "compensation", DAY.minusMinutes(1));

        assertThat(purge(Optional.of(DAY))).isZero();
        assertThat(guarded.barrier(completed)).isEqualTo("action applied, completion applied");
        assertThat(guarded.barrier(tombstone)).isEqualTo("action nothing, compensation nothing");
    }

    @Test
    void actionThatNobodyEnded_isRemembered() {
        UUID open = called("action");
        age(open, "action", DAY.multipliedBy(99));

        assertThat(purge(Optional.of(DAY))).isZero();
        assertThat(guarded.barrier(open)).isEqualTo("action applied");
    }

    @Test
    void manySteps_areForgottenInBatches() {
        guarded.sql.update("""
                INSERT INTO saga_barrier (saga_id, step, call, outcome, at)
                SELECT gen_random_uuid(), 'do-work', 'compensation', 'nothing', clock_timestamp() - interval '2 days'
                FROM generate_series(1, 2500)
                """);
        assertThat(purge(Optional.of(DAY))).isEqualTo(2500);
    }

    @Test
    void forEver_nothingIsForgotten() {
        UUID completed = called("action", "completion");
        age(completed, "completion", DAY.multipliedBy(9999));

        assertThat(purge(Optional.empty())).isZero();
    }
}
