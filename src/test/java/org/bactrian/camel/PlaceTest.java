package org.bactrian.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PlaceTest {
    private final AtomicInteger calls = new AtomicInteger();
    private final Places places = new Places(2, calls::incrementAndGet);

    @Test
    void allAreTaken_noneIsGivenButWhatGoesOnTakesOne() {
        Place first = Place.take(places);
        assertThat(places.tryTake()).isTrue();
        assertThat(places.tryTake()).isFalse();

        Place.take(places);

        assertThat(places.taken()).isEqualTo(3);
        assertThat(places.free()).isZero();
        first.leave();
        assertThat(places.free()).isZero();
        assertThat(calls).hasValue(0);
    }

    @Test
    void leftTwice_isGivenBackOnce() {
        Place place = Place.take(places);

        place.leave();
        place.leave();
        place.begun("a");
        place.ended("a");

        assertThat(places.taken()).isZero();
        assertThat(calls).hasValue(1);
    }

    @Test
    void itsOneStepWaits_itIsGivenBackUntilTheStepGoesOn() {
        Place place = Place.take(places);
        place.begun("a");
        assertThat(places.taken()).isOne();

        place.waits("a");
        assertThat(places.taken()).isZero();
        place.goesOn("a");

        assertThat(places.taken()).isOne();
        place.ended("a");
        place.leave();
        assertThat(places.taken()).isZero();
    }

    @Test
    void oneOfTwoStepsWaits_itIsHeldUntilBothDo() {
        Place place = Place.take(places);
        place.begun("a");
        place.begun("b");

        place.waits("a");
        assertThat(places.taken()).isOne();
        place.waits("b");
        assertThat(places.taken()).isZero();
        place.begun("c");
        assertThat(places.taken()).isOne();
        place.ended("c");
        assertThat(places.taken()).isZero();
        place.goesOn("b");
        place.ended("b");

        assertThat(places.taken()).isZero();
        place.leave();
        assertThat(places.taken()).isZero();
    }

    @Test
    void twoBranchesOfOneStepWait_itIsHeldWhenNoneDoesAnyMore() {
        Place place = Place.take(places);
        place.begun("a");
        place.waits("a");
        place.waits("a");

        place.goesOn("a");
        assertThat(places.taken()).isZero();
        place.goesOn("a");

        assertThat(places.taken()).isOne();
    }

    @Test
    void waitsOutsideAStep_itIsHeld() {
        Place place = Place.take(places);

        place.waits("a");
        assertThat(places.taken()).isOne();
        place.goesOn("a");

        assertThat(places.taken()).isOne();
    }

    @Test
    void leftWhileItWaits_whatIsSaidLaterChangesNothing() {
        Place place = Place.take(places);
        place.begun("a");
        place.waits("a");

        place.leave();
        place.goesOn("a");
        place.ended("a");

        assertThat(places.taken()).isZero();
    }

    @Test
    void none_isNeverHeld() {
        Place place = Place.none(places);

        place.begun("a");
        place.ended("a");
        place.leave();

        assertThat(places.taken()).isZero();
        assertThat(calls).hasValue(0);
    }

    @Test
    void manyPlaces_callsOnlyWhenAnEighthIsFree() {
        var many = new Places(16, calls::incrementAndGet);
        for (int i = 0; i < 16; i++) {
            assertThat(many.tryTake()).isTrue();
        }

        many.giveBack();
        assertThat(calls).hasValue(0);
        many.giveBack();

        assertThat(calls).hasValue(1);
    }

    @Test
    void givenBackWithoutHavingBeenTaken_isAFaultOfOurs() {
        assertThatIllegalStateException().isThrownBy(places::giveBack).withMessageContaining("must be taken");
    }
}
