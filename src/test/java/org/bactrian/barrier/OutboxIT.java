package org.bactrian.barrier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.Exchange;
import org.bactrian.saga.Refused;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataIntegrityViolationException;

/** What a barrier puts into the outbox: with the work, or not at all. */
class OutboxIT {
    @SuppressWarnings("NullAway.Init")
    private static Guarded guarded;

    private final UUID saga = UUID.randomUUID();

    @BeforeAll
    static void start() throws Exception {
        guarded = new Guarded();
    }

    @AfterAll
    static void stop() {
        guarded.close();
    }

    @BeforeEach
    void begin() {
        guarded.sql.update("DELETE FROM work");
        does("done");
    }

    private void does(String answer) {
        guarded.does(exchange -> {
            guarded.write("a");
            exchange.getMessage().setBody(answer);
            exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "text/plain");
        });
    }

    private Exchange call(String call) {
        return guarded.call("direct:answering", saga, call, "in");
    }

    @Test
    void everyCall_isAnsweredARepeatedOneWithTheSameWords() {
        call("action");
        does("something else");
        call("action");
        does("undone");
        call("compensation");

        assertThat(guarded.outbox(saga))
                .containsExactly("work.reply WorkDone done", "work.reply WorkDone done", "work.reply WorkDone undone");
    }

    @Test
    void answer_carriesTheHeadersOfItsCallAndAnIdOfItsOwn() {
        call("action");
        call("action");

        assertThat(guarded.sql.queryForList(
                        "SELECT CAST(headers - 'messageId' AS text) FROM outbox WHERE aggregate_id = ?",
                        String.class,
                        saga.toString()))
                .hasSize(2)
                .containsOnly(
                        "{\"sagaId\": \"%s\", \"sagaCall\": \"action\", \"sagaStep\": \"do-work\", \"Content-Type\": \"text/plain\"}"
                                .formatted(saga));
        assertThat(guarded.sql.queryForList(
                        "SELECT headers ->> 'messageId' FROM outbox WHERE aggregate_id = ?",
                        String.class,
                        saga.toString()))
                .doesNotHaveDuplicates();
    }

    @Test
    void refusal_isSaidEachTimeAndFailsTheExchange() {
        guarded.does(exchange -> {
            guarded.write("a");
            throw new Refused("no more of it");
        });
        assertThat(call("action").getException()).isInstanceOf(Refused.class);
        assertThat(call("action").getException()).isInstanceOf(Refused.class);

        String no = "work.reply WorkRefused {\"reason\":\"no more of it\"}";
        assertThat(guarded.outbox(saga)).containsExactly(no, no);
        assertThat(guarded.work()).isEmpty();
    }

    @Test
    void actionAfterItsCompensation_isSaidToBeRefused() {
        call("compensation");
        call("action");

        assertThat(guarded.outbox(saga))
                .containsExactly(
                        "work.reply WorkDone",
                        "work.reply WorkRefused {\"reason\":\"do-work was undone before it was done\"}");
    }

    @Test
    void contradiction_isSaidAndNothingElseIsWritten() {
        call("action");
        call("completion");
        assertThat(call("compensation").getException()).isInstanceOf(Contradiction.class);

        assertThat(guarded.outbox(saga).get(2))
                .startsWith("work.reply WorkRefused {\"reason\":\"a step must be either completed or compensated");
        assertThat(guarded.barrier(saga)).isEqualTo("action applied, completion applied");
    }

    @Test
    void failure_saysNothing() {
        guarded.does(exchange -> {
            guarded.write("a");
            throw new IllegalStateException("disk on fire");
        });
        call("action");

        assertThat(guarded.outbox(saga)).isEmpty();
        assertThat(guarded.work()).isEmpty();
    }

    @Test
    void answerThatKafkaWouldNotTake_isNotDone() {
        guarded.does(exchange -> {
            guarded.write("a");
            exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "x".repeat(1_000_000));
        });

        assertThat(call("action").getException()).isInstanceOf(DataIntegrityViolationException.class);
        assertThat(guarded.outbox(saga)).isEmpty();
        assertThat(guarded.work()).isEmpty();
    }

    @Test
    void announcement_isMadeOnceAndOnlyWithTheWork() {
        guarded.does(exchange -> {
            throw new IllegalStateException("after it was announced");
        });
        guarded.call("direct:announcing", saga, "action", "in");
        assertThat(guarded.outbox(saga)).isEmpty();

        guarded.does(exchange -> {});
        guarded.call("direct:announcing", saga, "action", "in");
        guarded.call("direct:announcing", saga, "action", "in");
        assertThat(guarded.outbox(saga)).containsExactly("work.event WorkSeen said");
    }

    @Test
    void sameCallTwiceAtOnce_isAnsweredTwiceAndDoneOnce() throws Exception {
        var acting = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        guarded.does(exchange -> {
            acting.countDown();
            go.await();
            guarded.write("a");
            exchange.getMessage().setBody("done");
        });
        var first = CompletableFuture.supplyAsync(() -> call("action"));
        acting.await();
        var second = CompletableFuture.supplyAsync(() -> call("action"));
        await().until(guarded::waits);
        go.countDown();

        assertThat(first.get().getException()).isNull();
        assertThat(second.get().getException()).isNull();
        assertThat(guarded.outbox(saga)).isEqualTo(List.of("work.reply WorkDone done", "work.reply WorkDone done"));
        assertThat(guarded.work()).containsExactly("a=1");
    }

    @Test
    void jdbcWithoutResettingAutoCommit_joinsTheTransaction() {
        guarded.does(exchange -> {
            throw new IllegalStateException("after the insert");
        });
        assertThat(guarded.call("direct:jdbc", saga, "action", "in").getException())
                .hasMessage("after the insert");
        assertThat(guarded.work()).isEmpty();

        guarded.does(exchange -> {});
        assertThat(guarded.call("direct:jdbc", saga, "action", "in").getException())
                .isNull();
        assertThat(guarded.work()).containsExactly("jdbc=1");
    }
}
