package org.bactrian.camel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bactrian.camel.Yaml.PARTICIPANT;
import static org.bactrian.camel.Yaml.pipeline;
import static org.bactrian.camel.Yaml.plainStep;
import static org.bactrian.camel.Yaml.route;
import static org.bactrian.camel.Yaml.saga;
import static org.bactrian.camel.Yaml.step;

import com.zaxxer.hikari.HikariDataSource;
import java.io.ByteArrayInputStream;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.awaitility.Awaitility;
import org.bactrian.log.KeyTaken;
import org.bactrian.log.LogText;
import org.bactrian.participants.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** Submitting to a pipeline. */
class PipelineIT {
    private static final HikariDataSource DATABASE = TestDatabase.migrated("src/main/resources/db/migration");
    private static final String DONE = """
            COMPLETED
            saga: payload, completed
            a: begun, succeeded
            """;

    private final TestRouter router = new TestRouter(DATABASE);

    @AfterEach
    void stop() {
        router.close();
        TestDatabase.forgetSagas(DATABASE); // else the next router takes over what is left
    }

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @Test
    void submitted_theSagaIsOnDiskAndTheMessageNamesIt() throws Exception {
        var open = new CountDownLatch(1);
        router.with(pipeline("p", "to: 'direct:a'"), plainStep("a"));
        router.on("a action", exchange -> TestRouter.pass(open));

        Exchange done = router.submit("submitted", "order", "");
        open.countDown();

        assertThat(done.getException()).isNull();
        String saga = id(done);
        assertThat(answer(done)).isEqualTo("STARTED new=true ended=false");
        assertThat(done.getMessage().getHeader("Long-Running-Action")).isEqualTo(router.lraId(saga));
        assertThat(done.getMessage().getBody()).isEqualTo("order");
        router.assertLog(saga, DONE);
    }

    @Test
    void sameKeyAndBodyAgain_itIsTheSameSagaAndRunsOnce() {
        router.with(pipeline("p", "to: 'direct:a'"), plainStep("a"));
        Exchange first = router.submit("again", "{\"a\": 1, \"b\": 2}", "");
        router.assertLog(id(first), DONE);

        Exchange second = router.submit("again", "{\"b\":2,\"a\":1}", "");

        assertThat(id(second)).isEqualTo(id(first));
        assertThat(answer(second)).isEqualTo("COMPLETED new=false ended=false");
        assertThat(router.calls).containsExactly("a action");
    }

    @Test
    void sameKeyAtOnce_itRunsOnce() {
        router.with(pipeline("p", "to: 'direct:a'"), plainStep("a"));

        List<CompletableFuture<Exchange>> all = IntStream.range(0, 16)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> router.submit("at-once", "x", "wait=10")))
                .toList();
        List<Exchange> answers = all.stream().map(CompletableFuture::join).toList();

        assertThat(answers).extracting(PipelineIT::id).containsOnly(id(answers.get(0)));
        assertThat(answers)
                .extracting(PipelineIT::answer)
                .filteredOn(answer -> answer.contains("new=true"))
                .hasSize(1);
        assertThat(answers)
                .extracting(PipelineIT::answer)
                .allMatch(answer -> answer.startsWith("COMPLETED") && answer.endsWith("ended=true"));
        assertThat(router.calls).containsExactly("a action");
    }

    @Test
    void sameKeyOtherBody_isRefusedAndTheFirstGoesOn() {
        router.with(pipeline("p", "to: 'direct:a'"), plainStep("a"));
        Exchange first = router.submit("taken", "{\"a\":1}", "");

        Exchange second = router.submit("taken", "{\"a\":2}", "");

        assertThat(second.getException()).isInstanceOf(KeyTaken.class);
        assertThat(second.getMessage().getHeader("sagaId")).isNull();
        router.assertLog(id(first), DONE);
        assertThat(router.calls).containsExactly("a action");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "a\u0000b", "\ud83d"})
    void unusableKey_isRefusedAndNothingIsStored(String key) {
        router.with(pipeline("p", "to: 'direct:a'"), plainStep("a"));
        long before = sagas();

        assertThat(router.submit(key, "x", "").getException())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the key of pipeline:p must be");
        assertThat(sagas()).isEqualTo(before);
    }

    @Test
    void keyIsTooLongOrMissing_isRefusedAndNothingIsStored() {
        router.with(pipeline("p", "to: 'direct:a'"), plainStep("a"));
        long before = sagas();

        assertThat(router.submit("k".repeat(201), "x", "").getException()).isInstanceOf(IllegalArgumentException.class);
        assertThat(router.send("pipeline:p?key=${header.nothing}", "x", Map.of())
                        .getException())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("${header.nothing}");
        assertThat(sagas()).isEqualTo(before);
        assertThat(router.submit("k".repeat(200), "x", "").getException()).isNull();
    }

    @Test
    void bodyIsOverAMebibyte_isRefusedAndNothingIsStored() {
        router.with(pipeline("p", "to: 'direct:a'"), plainStep("a"));
        long before = sagas();

        assertThat(router.submit("large", new byte[1_048_577], "").getException())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1,048,577");
        assertThat(sagas()).isEqualTo(before);
    }

    @Test
    void keyComesFromAStreamedBody_bothAreRead() {
        router.with(
                pipeline("p", "to: 'direct:a'"),
                plainStep("a"),
                route("in", "direct:in", "to: {uri: 'pipeline:p', parameters: {key: '${body}'}}"));
        router.on("a action", exchange -> router.calls.add(exchange.getMessage().getBody(String.class)));

        Exchange done = router.send("direct:in", new ByteArrayInputStream("streamed".getBytes(UTF_8)), Map.of());

        assertThat(done.getException()).isNull();
        router.assertLog(id(done), DONE);
        assertThat(router.calls).containsExactly("a action", "streamed");
        assertThat(new JdbcTemplate(DATABASE)
                        .queryForObject(
                                "SELECT business_key FROM saga WHERE saga_id = ?::uuid", String.class, id(done)))
                .isEqualTo("streamed");
    }

    @Test
    void onlyListedHeaders_reachTheRun() {
        router.with(pipeline("p", "to: 'direct:a'"), plainStep("a"));
        router.on(
                "a action",
                exchange -> router.calls.add(exchange.getMessage().getHeader("traceparent") + " "
                        + exchange.getMessage().getHeader("secret") + " "
                        + exchange.getMessage().getHeader(Exchange.CONTENT_TYPE)));

        Exchange done = router.send(
                "pipeline:p?key=headers",
                "x",
                Map.of("traceparent", "00-1", "secret", "s", Exchange.CONTENT_TYPE, "text/plain", "sagaId", "forged"));

        router.assertLog(id(done), DONE);
        assertThat(router.calls).containsExactly("a action", "00-1 null text/plain");
    }

    @Test
    void waitPreferred_theAnswerIsTheEnd() {
        router.with(pipeline("p", "to: 'direct:a'"), step("a"));

        assertThat(answer(router.submit("waits", "x", "wait=10"))).isEqualTo("COMPLETED new=true ended=true");
        assertThat(answer(router.submit("waits", "x", "wait=10"))).isEqualTo("COMPLETED new=false ended=true");
        router.refuses("a action", "no");
        assertThat(answer(router.submit("waits for no", "x", "wait=10"))).isEqualTo("ABORTED new=true ended=true");
    }

    @Test
    void waitIsOver_theAnswerIsHowItStands() {
        router.with(pipeline("p", "to: 'direct:a'"), step("a", "timeout: 1m", PARTICIPANT, "to: 'await:a:action'"));

        Exchange done = router.submit("stands", "x", "wait=1");

        assertThat(answer(done)).isEqualTo("STARTED new=true ended=false");
        router.signal(id(done), "a:action", "", "");
        assertThat(answer(router.submit("stands", "x", "wait=10"))).isEqualTo("COMPLETED new=false ended=true");
    }

    @Test
    void theEndIsNotOnDiskWhenTheWaitIsOver_itIsNotSaidToHaveEnded() throws Exception {
        var reached = new CountDownLatch(1);
        var open = new CountDownLatch(1);
        router.with(pipeline("p", PARTICIPANT));
        router.on("null null", exchange -> {
            reached.countDown();
            TestRouter.pass(open);
        });
        CompletableFuture<Exchange> answer =
                CompletableFuture.supplyAsync(() -> router.submit("blocked", "x", "wait=1"));
        TestRouter.pass(reached);

        try (Connection lock = DATABASE.getConnection()) {
            lock.setAutoCommit(false);
            lock.createStatement().execute("LOCK TABLE saga_record IN EXCLUSIVE MODE");
            open.countDown();

            assertThat(answer(answer.join())).isEqualTo("STARTED new=true ended=false");
            lock.rollback();
        }
        router.assertLog(id(answer.join()), "COMPLETED\nsaga: payload, completed\n");
    }

    @Test
    void theRunEndsBeforeTheAnswerIsGiven_theAnswerIsTheEnd() {
        try (var inline = new TestRouter(DATABASE, Runnable::run)) {
            inline.with(pipeline("p", "to: 'direct:a'"), plainStep("a"));

            assertThat(answer(inline.submit("inline", "x", "wait=10"))).isEqualTo("COMPLETED new=true ended=true");
        }
    }

    @Test
    void noSuchPipeline_isRefusedAndNothingIsStored() {
        long before = sagas();

        assertThat(router.submit("nowhere", "x", "").getException())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no pipeline p runs here");
        assertThat(sagas()).isEqualTo(before);
    }

    @Test
    void pipelineIsNotNamedAfterItsRoute_theStartFails() {
        assertThatThrownBy(() -> router.with(route("q", "pipeline:p", saga("REQUIRES_NEW", "", PARTICIPANT))))
                .rootCause()
                .hasMessage("route q consumes from pipeline:p; a pipeline is named after its route");
    }

    @Test
    void producerWithoutAKey_theStartFails() {
        assertThatThrownBy(() -> router.with(route("in", "direct:in", "to: 'pipeline:p'")))
                .rootCause()
                .hasMessageContaining("pipeline:p needs a key");
    }

    @Test
    void thePipelineStopsBeforeTheRunBegins_theSagaDoesNotHang() throws Exception {
        var held = new LinkedBlockingQueue<Runnable>();
        try (var gated = new TestRouter(DATABASE, held::add)) {
            gated.with(pipeline("p", "to: 'direct:a'"), plainStep("a"));
            CompletableFuture<Exchange> answer = CompletableFuture.supplyAsync(() -> gated.submit("stops", "x", ""));
            held.take().run(); // stores the saga
            gated.context.getRouteController().stopRoute("p");
            Awaitility.await().until(() -> {
                Runnable next = held.poll();
                if (next != null) {
                    next.run();
                }
                return answer.isDone() && held.isEmpty() && !gated.isLive(id(answer.join()));
            });

            assertThat(LogText.of(DATABASE, id(answer.join()))).matches("(?s)(COMPLETED|ABORTED).*");
        }
    }

    private static String id(Exchange exchange) {
        return exchange.getMessage().getHeader("sagaId", String.class);
    }

    private static String answer(Exchange exchange) {
        return "%s new=%s ended=%s"
                .formatted(
                        exchange.getMessage().getHeader("sagaStatus"),
                        exchange.getMessage().getHeader("sagaIsNew"),
                        exchange.getMessage().getHeader("sagaEnded"));
    }

    private static long sagas() {
        return new JdbcTemplate(DATABASE)
                .queryForObject("SELECT (SELECT count(*) FROM saga) + (SELECT count(*) FROM saga_key)", Long.class);
    }
}
