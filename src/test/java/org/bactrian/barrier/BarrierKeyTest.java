package org.bactrian.barrier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import org.apache.camel.Message;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultMessage;
import org.bactrian.saga.Call;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BarrierKeyTest {
    private static final String SAGA = "0190a5b2-7c3e-7def-8123-456789abcdef";

    private static Message message(@Nullable Object saga, @Nullable Object step, @Nullable Object call) {
        Message message = new DefaultMessage(new DefaultCamelContext());
        message.setHeader("sagaId", saga);
        message.setHeader("sagaStep", step);
        message.setHeader("sagaCall", call);
        return message;
    }

    private static void assertFault(Message message, String fault) {
        assertThatThrownBy(() -> BarrierKey.of(message))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(fault);
    }

    @Test
    void wellFormed_isRead() {
        assertThat(BarrierKey.of(message(SAGA, "ship-parcel#12", "completion")))
                .isEqualTo(new BarrierKey(UUID.fromString(SAGA), "ship-parcel#12", Call.COMPLETION));
    }

    @Test
    void faults_nameTheHeader() {
        assertFault(message(null, "a", "action"), "header sagaId must be set");
        assertFault(message("1-2-3-4-5", "a", "action"), "header sagaId must be a UUID; is '1-2-3-4-5'");
        assertFault(message(SAGA, null, "action"), "header sagaStep must be set");
        assertFault(
                message(SAGA, "Ship Parcel", "action"),
                "header sagaStep must be kebab-case, at most 64 long, with #index in a loop; is 'Ship Parcel'");
        assertFault(message(SAGA, "a", null), "header sagaCall must be set");
        assertFault(
                message(SAGA, "a", "ACTION"),
                "header sagaCall must be action, completion or compensation; is 'ACTION'");
    }
}
