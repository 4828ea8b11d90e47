package org.bactrian.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import org.bactrian.saga.Content;
import org.bactrian.saga.LoggedSignal;
import org.bactrian.saga.SagaEnded;
import org.junit.jupiter.api.Test;

class SignalsTest {
    private static final LoggedSignal FIRST = new LoggedSignal("a:action", "Done", Content.EMPTY);
    private static final LoggedSignal SECOND = new LoggedSignal("a:action", "Refused", Content.EMPTY);

    private final Signals signals = new Signals();

    @Test
    void early_waitsForItsQuestion() {
        assertThat(signals.put(FIRST)).isTrue();

        assertThat(signals.get("a:action")).isCompletedWithValue(FIRST);
    }

    @Test
    void late_endsEveryWaitForItsNameOnly() {
        CompletableFuture<LoggedSignal> one = signals.get("a:action");
        CompletableFuture<LoggedSignal> two = signals.get("a:action");
        CompletableFuture<LoggedSignal> other = signals.get("b:action");

        signals.put(FIRST);

        assertThat(one).isCompletedWithValue(FIRST);
        assertThat(two).isCompletedWithValue(FIRST);
        assertThat(other).isNotDone();
    }

    @Test
    void repeated_theFirstStays() {
        signals.put(FIRST);

        assertThat(signals.put(SECOND)).isFalse();
        assertThat(signals.get("a:action")).isCompletedWithValue(FIRST);
    }

    @Test
    void closed_everyWaitEndsAndNothingIsTakenAnyMore() {
        CompletableFuture<LoggedSignal> waiting = signals.get("a:action");
        var why = new SagaEnded("over");

        signals.close(why);
        signals.close(new SagaEnded("again"));

        assertThatThrownBy(waiting::join).hasCause(why);
        assertThatThrownBy(() -> signals.get("b:action").join()).hasCause(why);
        assertThat(signals.put(SECOND)).isFalse();
    }

    @Test
    void closed_whatWasSaidBeforeStays() {
        CompletableFuture<LoggedSignal> waiting = signals.get("a:action");
        signals.put(FIRST);

        signals.close(new SagaEnded("over"));

        assertThat(waiting).isCompletedWithValue(FIRST);
    }
}
