package org.bactrian.barrier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bactrian.barrier.Outcome.APPLIED;
import static org.bactrian.barrier.Outcome.NOTHING;
import static org.bactrian.barrier.Outcome.REFUSED;
import static org.bactrian.saga.Call.ACTION;
import static org.bactrian.saga.Call.COMPENSATION;
import static org.bactrian.saga.Call.COMPLETION;

import java.util.EnumMap;
import java.util.Map;
import org.bactrian.barrier.History.Entry;
import org.bactrian.saga.Call;
import org.junit.jupiter.api.Test;

class DecisionTest {
    private static History history(Map<Call, Outcome> outcomes) {
        Map<Call, Entry> entries = new EnumMap<>(Call.class);
        outcomes.forEach((call, outcome) -> entries.put(call, new Entry(outcome, Answer.NONE)));
        return new History(entries);
    }

    private static String decisions(Map<Call, Outcome> outcomes) {
        History history = history(outcomes);
        return "action %s, completion %s, compensation %s"
                .formatted(
                        Decision.of(ACTION, history),
                        Decision.of(COMPLETION, history),
                        Decision.of(COMPENSATION, history));
    }

    @Test
    void nothingYet() {
        assertThat(decisions(Map.of())).isEqualTo("action RUN, completion CONTRADICT, compensation SKIP");
    }

    @Test
    void applied() {
        assertThat(decisions(Map.of(ACTION, APPLIED))).isEqualTo("action REPLAY, completion RUN, compensation RUN");
    }

    @Test
    void refused() {
        assertThat(decisions(Map.of(ACTION, REFUSED)))
                .isEqualTo("action REFUSE_AGAIN, completion CONTRADICT, compensation SKIP");
    }

    @Test
    void completed() {
        assertThat(decisions(Map.of(ACTION, APPLIED, COMPLETION, APPLIED)))
                .isEqualTo("action REPLAY, completion REPLAY, compensation CONTRADICT");
    }

    @Test
    void compensated() {
        assertThat(decisions(Map.of(ACTION, APPLIED, COMPENSATION, APPLIED)))
                .isEqualTo("action REFUSE_LATE, completion CONTRADICT, compensation REPLAY");
    }

    @Test
    void compensatedBeforeTheAction() {
        assertThat(decisions(Map.of(ACTION, NOTHING, COMPENSATION, NOTHING)))
                .isEqualTo("action REFUSE_LATE, completion CONTRADICT, compensation REPLAY");
    }

    @Test
    void refusedAndCompensated() {
        assertThat(decisions(Map.of(ACTION, REFUSED, COMPENSATION, NOTHING)))
                .isEqualTo("action REFUSE_AGAIN, completion CONTRADICT, compensation REPLAY");
    }
}
