package org.bactrian.saga;

import static org.assertj.core.api.Assertions.assertThat;

import org.bactrian.saga.Failure.Kind;
import org.junit.jupiter.api.Test;

class FailureTest {
    @Test
    void said_namesStepKindAndReason() {
        assertThat(new Failure(Kind.REFUSED, "pay", "card declined")).hasToString("pay refused: card declined");
        assertThat(new Failure(Kind.UNKNOWN, "pay", "timed out")).hasToString("pay got no answer: timed out");
        assertThat(new Failure(Kind.FAULT, "pay", "HTTP 404")).hasToString("pay failed: HTTP 404");
        assertThat(new Failure(Kind.CANCELLED, "time is over")).hasToString("cancelled: time is over");
    }

    @Test
    void manyLines_theFirstIsKept() {
        assertThat(new Failure(Kind.FAULT, "first\r\nsecond\nthird").reason()).isEqualTo("first");
    }

    @Test
    void noText_theKindSpeaks() {
        assertThat(new Failure(Kind.FAULT, "").reason()).isEqualTo("FAULT");
    }

    @Test
    void tooLong_isCut() {
        assertThat(new Failure(Kind.FAULT, "x".repeat(1_001)).reason()).isEqualTo("x".repeat(1_000) + "…");
        assertThat(new Failure(Kind.FAULT, "x".repeat(1_000)).reason()).isEqualTo("x".repeat(1_000));
    }

    @Test
    void charactersThatNoDatabaseTakes_areReplaced() {
        assertThat(new Failure(Kind.FAULT, "a\u0000b\ud83dc\ude00d").reason()).isEqualTo("a�b�c�d");
        assertThat(new Failure(Kind.FAULT, "fine 😀\tä").reason()).isEqualTo("fine 😀\tä");
    }

    @Test
    void cutInTheMiddleOfACharacter_noHalfIsKept() {
        assertThat(new Failure(Kind.FAULT, "x".repeat(999) + "😀😀").reason()).isEqualTo("x".repeat(999) + "…");
    }
}
