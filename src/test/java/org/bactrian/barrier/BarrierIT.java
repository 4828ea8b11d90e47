package org.bactrian.barrier;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.bactrian.saga.Refused;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BarrierIT {
    private final UUID saga = UUID.randomUUID();

    @SuppressWarnings("NullAway.Init")
    private Guarded guarded;

    @BeforeEach
    void start() throws Exception {
        guarded = new Guarded();
    }

    @AfterEach
    void stop() {
        guarded.close();
    }

    private void writes(String name) {
        guarded.does(exchange -> guarded.write(name));
    }

    @Test
    void repeatedAction_runsOnceAndGetsTheRecordedAnswer() {
        guarded.does(exchange -> {
            guarded.write("a");
            exchange.getMessage().setBody(new ByteArrayInputStream("done".getBytes(StandardCharsets.UTF_8)));
            exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "text/plain");
            exchange.getMessage().setHeader("leftover", "x");
        });
        Exchange first = guarded.call(saga, "action");
        Exchange second = guarded.call(saga, "action");
        for (Exchange exchange : new Exchange[] {first, second}) {
            assertThat(exchange.getException()).isNull();
            assertThat(exchange.getMessage().getBody()).isEqualTo("done".getBytes(StandardCharsets.UTF_8));
            assertThat(exchange.getMessage().getHeaders())
                    .containsEntry(Exchange.CONTENT_TYPE, "text/plain")
                    .containsEntry("sagaStep", "do-work")
                    .doesNotContainKey("leftover");
        }
        assertThat(guarded.runs).hasValue(1);
        assertThat(guarded.work()).containsExactly("a=1");
    }

    @Test
    void refusedAction_keepsTheReasonAndNoneOfItsWrites() {
        guarded.does(exchange -> {
            guarded.write("a");
            throw new Refused("no more of it");
        });
        for (int i = 0; i < 2; i++) {
            assertThat(guarded.call(saga, "action").getException())
                    .isInstanceOf(Refused.class)
                    .hasMessage("no more of it");
        }
        assertThat(guarded.runs).hasValue(1);
        assertThat(guarded.barrier(saga)).isEqualTo("action refused");
        assertThat(guarded.call(saga, "compensation").getException()).isNull();
        assertThat(guarded.runs).hasValue(1);
        assertThat(guarded.barrier(saga)).isEqualTo("action refused, compensation nothing");
        assertThat(guarded.work()).isEmpty();
    }

    @Test
    void failedAction_leavesNothingAndRunsWhenAskedAgain() {
        SQLException failure = new SQLException("disk on fire");
        guarded.does(exchange -> {
            guarded.write("a");
            throw failure;
        });
        Exchange failed = guarded.call(saga, "action");
        assertThat(failed.getException()).isSameAs(failure);
        assertThat(failed.getMessage().getBody()).isEqualTo("in");
        assertThat(guarded.barrier(saga)).isEmpty();
        assertThat(guarded.work()).isEmpty();

        writes("b");
        assertThat(guarded.call(saga, "action").getException()).isNull();
        assertThat(guarded.work()).containsExactly("b=1");
    }

    @Test
    void compensation_runsOnceAndActionIsRefusedAfterwards() {
        writes("a");
        guarded.call(saga, "action");
        writes("b");
        assertThat(guarded.call(saga, "compensation").getException()).isNull();
        assertThat(guarded.call(saga, "compensation").getException()).isNull();
        assertThat(guarded.call(saga, "action").getException()).isInstanceOf(Refused.class);
        assertThat(guarded.work()).containsExactly("a=1", "b=1");
    }

    @Test
    void compensationOfNothing_leavesATombstone() {
        writes("a");
        assertThat(guarded.call(saga, "compensation").getException()).isNull();
        assertThat(guarded.barrier(saga)).isEqualTo("action nothing, compensation nothing");
        assertThat(guarded.call(saga, "action").getException())
                .isInstanceOf(Refused.class)
                .hasMessage("do-work was undone before it was done");
        assertThat(guarded.call(saga, "compensation").getException()).isNull();
        assertThat(guarded.work()).isEmpty();
    }

    @Test
    void completedOrCompensated_neverBoth() {
        UUID other = UUID.randomUUID();
        writes("a");
        guarded.call(saga, "action");
        guarded.call(saga, "completion");
        guarded.call(other, "action");
        guarded.call(other, "compensation");
        assertThat(guarded.call(saga, "compensation").getException())
                .isInstanceOf(Contradiction.class)
                .hasMessageContaining("found action applied, completion applied at the compensation of do-work");
        assertThat(guarded.call(other, "completion").getException()).isInstanceOf(Contradiction.class);
        assertThat(guarded.call(UUID.randomUUID(), "completion").getException())
                .isInstanceOf(Contradiction.class)
                .hasMessageContaining("found nothing at the completion");
        assertThat(guarded.work()).containsExactly("a=4");
        assertThat(guarded.barrier(saga)).isEqualTo("action applied, completion applied");
        assertThat(guarded.barrier(other)).isEqualTo("action applied, compensation applied");
    }

    @Test
    void compensationThatRefuses_isAFailureAndLeavesNothing() {
        writes("a");
        guarded.call(saga, "action");
        guarded.does(exchange -> {
            throw new Refused("no");
        });
        assertThat(guarded.call(saga, "compensation").getException())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a compensation must not refuse");
        assertThat(guarded.barrier(saga)).isEqualTo("action applied");
    }

    @Test
    void errorHandlerOfTheRoute_seesTheFailureOnlyAfterTheRollback() {
        guarded.does(exchange -> {
            guarded.write("a");
            throw new IllegalStateException("disk on fire");
        });
        assertThat(guarded.call("direct:handling", saga, "action", "in").getException())
                .isNull();
        assertThat(guarded.handled).hasValue(1);
        assertThat(guarded.barrier(saga)).isEmpty();
        assertThat(guarded.work()).isEmpty();
    }

    @Test
    void errorHandledInsideTheBarrier_isNoSuccess() {
        guarded.does(exchange -> {
            guarded.write("a");
            throw new IllegalStateException("disk on fire");
        });
        assertThat(guarded.call("direct:calling", saga, "action", "in").getException())
                .hasMessageContaining("must not be handled there");
        assertThat(guarded.barrier(saga)).isEmpty();
        assertThat(guarded.work()).isEmpty();
    }

    @Test
    void defaultErrorHandler_isNoDifference() {
        guarded.does(exchange -> {
            guarded.write("a");
            throw new Refused("no");
        });
        assertThat(guarded.call("direct:default", saga, "action", "in").getException())
                .isInstanceOf(Refused.class);
        assertThat(guarded.barrier(saga)).isEqualTo("action refused");
        assertThat(guarded.work()).isEmpty();
    }
}
