package org.bactrian.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WaitingCountTest {
    private final WaitingCount count = new WaitingCount();

    @Test
    void onItsWay_isCountedOnceUntilItIsCountedInTheLog() {
        count.asked(false);
        assertThat(count.ready()).isOne();
        count.answered(false, true);
        assertThat(count.ready()).isOne();

        count.begin();
        assertThat(count.ready()).isOne();
        count.counted(1, 0);

        assertThat(count.ready()).isOne();
    }

    @Test
    void knownOrFailed_isNotCountedAnyMore() {
        count.asked(false);

        count.answered(false, false);

        assertThat(count.ready()).isZero();
    }

    @Test
    void answeredDuringTheCount_isNotLost() {
        count.begin();
        count.asked(false);
        count.answered(false, true);

        count.counted(0, 0);

        assertThat(count.ready()).isOne();
    }

    @Test
    void heldByAPause_isAmongAllButNotReady() {
        count.begin();
        count.counted(2, 3);

        assertThat(count.ready()).isEqualTo(2);
        assertThat(count.all()).isEqualTo(5);
    }

    @Test
    void heldOneIsPutThere_aLookForOthersDoesNotForgetIt() {
        count.asked(true);
        count.answered(true, true);

        count.beginReady();
        count.counted(0);

        assertThat(count.ready()).isZero();
        assertThat(count.all()).isOne();
    }

    @Test
    void moreTakenThanWereKnown_isNone() {
        count.took(3);
        count.asked(false);

        assertThat(count.ready()).isOne();
    }
}
