package org.bactrian.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import org.bactrian.saga.Content;
import org.bactrian.saga.SagaEnded;
import org.junit.jupiter.api.Test;

class SignalsTest {
    private static final Signal FIRST = new Signal("Done", Content.EMPTY);
    private static final Signal SECOND = new Signal("Refused", Content.EMPTY);

    private final Signals signals = new Signals();

    @Test
    void early_waitsForItsQuestion() {
        assertThat(signals.put("a:action", FIRST)).isTrue();

        assertThat(signals.get("a:action")).isCompletedWithValue(FIRST);
    }

    @Test
    void late_endsEveryWaitForItsNameOnly() {
        CompletableFuture<Signal> one = signals.get("a:action");
        CompletableFuture<Signal> two = signals.get("a:action");
        CompletableFuture<Signal> other = signals.get("b:action");

        signals.put("a:action", FIRST);

        assertThat(one).isCompletedWithValue(FIRST);
        assertThat(two).isCompletedWithValue(FIRST);
        assertThat(other).isNotDone();
    }

    @Test
    void repeated_theFirstStays() {
        signals.put("a:action", FIRST);

        assertThat(signals.put("a:action", SECOND)).isFalse();
        assertThat(signals.get("a:action")).isCompletedWithValue(FIRST);
    }

    @Test
    void closed_everyWaitEndsAndNothingIsTakenAnyMore() {
        CompletableFuture<Signal> waiting = signals.get("a:action");
        var why = new SagaEnded("over");

        signals.close(why);
        signals.close(new SagaEnded("again"));

        assertThatThrownBy(waiting::join).hasCause(why);
        assertThatThrownBy(() -> signals.get("b:action").join()).hasCause(why);
        assertThat(signals.put("c:action", FIRST)).isFalse();
    }

    @Test
    void closed_whatWasSaidBeforeStays() {
        CompletableFuture<Signal> waiting = signals.get("a:action");
        signals.put("a:action", FIRST);

        signals.close(new SagaEnded("over"));

        assertThat(waiting).isCompletedWithValue(FIRST);
    }
}
