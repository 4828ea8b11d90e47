package org.bactrian.saga;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.bactrian.saga.Tenure.Fate;
import org.bactrian.saga.Tenure.Row;
import org.junit.jupiter.api.Test;

class TenureTest {
    private static final Duration LEASE = Duration.ofSeconds(5);

    private final AtomicLong nanos = new AtomicLong();
    private final Tenure tenure = new Tenure(LEASE, nanos::get);

    @Test
    void batchesComeThroughForALease_itIsSteady() {
        commitFor(4);
        assertThat(tenure.isSteady()).isFalse();

        commitFor(1);

        assertThat(tenure.isSteady()).isTrue();
    }

    @Test
    void oneBatchDidNotComeThrough_theLeaseBeginsAnew() {
        commitFor(5);

        tenure.interrupted();

        assertThat(tenure.isSteady()).isFalse();
        commitFor(5);
        assertThat(tenure.isSteady()).isTrue();
    }

    @Test
    void itWasStoppedItself_itsNextBatchProvesNothingYet() {
        commitFor(5);
        pass(6);
        assertThat(tenure.isSteady()).isFalse();

        tenure.acknowledge();

        assertThat(tenure.isSteady()).isFalse();
    }

    @Test
    void theRowIsWhereItWas_theBatchIsNotCommitted() {
        tenure.acknowledge();

        assertThat(fate(1, false)).isEqualTo(Fate.NOT_COMMITTED);
        assertThat(fate(1, true)).isEqualTo(Fate.NOT_COMMITTED);
    }

    @Test
    void theRowIsOneFurther_theBatchThatWasSentIsCommitted() {
        tenure.acknowledge();

        assertThat(fate(2, true)).isEqualTo(Fate.COMMITTED);
        assertThat(fate(2, false)).as("nobody sent it").isEqualTo(Fate.FENCED);
    }

    @Test
    void theRowIsBehindDeadOrGone_nothingIsOursAnyMore() {
        tenure.acknowledge();
        tenure.acknowledge();

        assertThat(fate(1, true)).isEqualTo(Fate.FENCED);
        assertThat(tenure.fate(Optional.of(new Row(3, true)), true)).isEqualTo(Fate.FENCED);
        assertThat(tenure.fate(Optional.empty(), true)).isEqualTo(Fate.FENCED);
    }

    private Fate fate(long batch, boolean sent) {
        return tenure.fate(Optional.of(new Row(batch, false)), sent);
    }

    private void commitFor(int seconds) {
        for (int i = 0; i < seconds; i++) {
            pass(1);
            tenure.acknowledge();
        }
    }

    private void pass(int seconds) {
        nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }
}
