package org.bactrian.camel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.bactrian.camel.Yaml.PARTICIPANT;
import static org.bactrian.camel.Yaml.parallel;
import static org.bactrian.camel.Yaml.pipeline;
import static org.bactrian.camel.Yaml.pipelineWithin;
import static org.bactrian.camel.Yaml.plainStep;
import static org.bactrian.camel.Yaml.step;

import com.zaxxer.hikari.HikariDataSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.model.errorhandler.DefaultErrorHandlerDefinition;
import org.awaitility.Awaitility;
import org.bactrian.log.LogText;
import org.bactrian.participants.TestDatabase;
import org.bactrian.saga.Failure;
import org.bactrian.saga.Failure.Kind;
import org.bactrian.saga.Refused;
import org.bactrian.saga.SagaId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An action that got no answer is asked again until its step's limit is over. */
class AskingAgainIT {
    private static final HikariDataSource DATABASE = TestDatabase.migrated("src/main/resources/db/migration");
    private static final String AT_THE_THIRD_ASKING = """
            COMPLETED
            saga: payload, completed
            a: begun, attempt (away 1), attempt (away 0), succeeded
            """;
    private static final String SERVICE_UNAVAILABLE = "HTTP 503 from http://a";

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
    void answeredAtTheThirdAsking_eachTimeTheSameKeyAndTheMessageAsItWasBefore() {
        List<String> asked = new CopyOnWriteArrayList<>();
        router.with(
                pipeline(
                        "p",
                        "setHeader: {name: h, constant: {expression: kept}}",
                        "setProperty: {name: p, constant: {expression: kept}}",
                        "setVariable: {name: v, constant: {expression: kept}}",
                        "to: 'direct:a'",
                        "to: 'direct:b'"),
                plainStep("a"),
                plainStep("b"));
        router.on("a action", away(2, exchange -> {
            asked.add(described(exchange));
            soil(exchange);
            exchange.setRouteStop(asked.size() < 3);
        }));
        router.on(
                "b action",
                exchange -> router.calls.add("b got " + exchange.getMessage().getBody(String.class)));

        String saga = router.submit("order");

        router.assertLog(saga, AT_THE_THIRD_ASKING + "b: begun, succeeded\n");
        assertThat(LogText.steps(DATABASE, saga)).isEqualTo("a SUCCEEDED 3 0\nb SUCCEEDED 1 0\n");
        assertThat(asked).hasSize(3);
        assertThat(asked.stream().distinct())
                .singleElement()
                .asString()
                .startsWith("order %s a action %s header=kept,null property=kept,null variable=kept,null until="
                        .formatted(saga, router.lraId(saga)));
        assertThat(router.calls).containsExactly("a action", "a action", "a action", "b action", "b got soiled");
    }

    @Test
    void neverAnswered_theStepFailsWithinItsLimitAndIsUndone() {
        List<Long> leftNanos = new CopyOnWriteArrayList<>();
        router.with(
                pipeline("p", "to: 'direct:a'", "to: 'direct:b'"), step("a", "timeout: 200", PARTICIPANT), step("b"));
        router.on("a action", exchange -> {
            leftNanos.add(exchange.getProperty(Properties.DEADLINE, Long.class) - System.nanoTime());
            throw new IOException("away");
        });

        String saga = router.submit("x");

        Awaitility.await().until(() -> !router.isLive(saga));
        int asked = leftNanos.size();
        assertThat(asked).isGreaterThan(5);
        assertThat(LogText.of(DATABASE, saga)).isEqualTo("""
                ABORTED a got no answer: away
                saga: payload, aborting (a got no answer: away), aborted
                a: begun, %sfailed (got no answer: away), compensating, compensated
                """.formatted("attempt (away), ".repeat(asked - 1)));
        assertThat(LogText.steps(DATABASE, saga))
                .isEqualTo("a COMPENSATED %d 1 got no answer: away\n".formatted(asked));
        assertThat(leftNanos)
                .as("counted from the first begin")
                .isSortedAccordingTo((one, next) -> next.compareTo(one))
                .allMatch(left -> left <= TimeUnit.MILLISECONDS.toNanos(200));
        assertThat(router.calls).doesNotContain("b action");
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 425, 429, 500, 502, 503, 504})
    void statusThatSaysNothing_isAskedAgain(int status) {
        router.with(pipeline("p", "to: 'direct:a'"), plainStep("a"));
        router.on("a action", once(http(status, Map.of())));

        router.assertLog(router.submit("x"), """
                COMPLETED
                saga: payload, completed
                a: begun, attempt (HTTP %d from http://a), succeeded
                """.formatted(status));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 404, 409, 410, 422})
    void statusThatIsAnAnswer_isNotAskedAgain(int status) {
        router.with(pipeline("p", "to: 'direct:a'"), step("a"));
        router.on("a action", http(status, Map.of()));

        String saga = router.submit("x");

        Awaitility.await().until(() -> !router.isLive(saga));
        assertThat(LogText.steps(DATABASE, saga)).startsWith("a COMPENSATED 1 1 ");
        assertThat(router.calls).containsExactly("a action", "a compensation");
    }

    @Test
    void refusedWhenAskedAgain_thatIsTheOutcome() {
        router.with(pipeline("p", "to: 'direct:a'"), step("a"));
        router.on("a action", away(1, exchange -> {
            if (router.calls.size() > 1) {
                throw new Refused("no stock");
            }
        }));

        router.assertLog(router.submit("x"), """
                ABORTED a refused: no stock
                saga: payload, aborting (a refused: no stock), aborted
                a: begun, attempt (away 0), failed (refused: no stock), compensating, compensated
                """);
    }

    @Test
    void cancelledDuringAPause_theStepIsUndoneAtOnceAndNotAskedAgain() {
        router.with(pipeline("p", "to: 'direct:a'", "to: 'direct:b'"), step("a"), pausing("b"));
        String saga = inItsPause();

        abort(saga, "an operator's word");

        router.assertLog(saga, """
                ABORTED cancelled: an operator's word
                saga: payload, aborting (cancelled: an operator's word), aborted
                a: begun, succeeded, compensating, compensated
                b: begun, failed (got no answer: %s), compensating, compensated
                """.formatted(SERVICE_UNAVAILABLE));
        assertThat(router.calls).containsExactly("a action", "b action", "b compensation", "a compensation");
    }

    @Test
    void theSagasTimeIsOverDuringAPause_allIsUndoneAtOnce() {
        router.with(pipelineWithin("500", "p", "to: 'direct:a'", "to: 'direct:b'"), step("a"), pausing("b"));
        String saga = inItsPause();

        router.assertLog(saga, """
                ABORTED cancelled: its time limit of 500 ms is over
                saga: payload, aborting (cancelled: its time limit of 500 ms is over), aborted
                a: begun, succeeded, compensating, compensated
                b: begun, failed (got no answer: %s), compensating, compensated
                """.formatted(SERVICE_UNAVAILABLE));
        assertThat(router.calls).filteredOn("b action"::equals).hasSize(1);
    }

    @Test
    void cancelledWhileItIsAskedAgain_undoWaitsForTheAnswer() throws Exception {
        var open = new CountDownLatch(1);
        router.with(pipeline("p", "to: 'direct:a'"), step("a"));
        router.on("a action", away(1, exchange -> {
            if (router.calls.size() > 1) {
                router.calls.add("asked again");
                TestRouter.pass(open);
                router.calls.add("answered");
            }
        }));
        String saga = router.submit("x");
        router.awaitCalls("asked again");

        abort(saga, "an operator's word");
        router.assertLogContains(saga, "aborting");
        open.countDown();

        router.assertLog(saga, """
                ABORTED cancelled: an operator's word
                saga: payload, aborting (cancelled: an operator's word), aborted
                a: begun, attempt (away 0), succeeded, compensating, compensated
                """);
        assertThat(router.calls).containsExactly("a action", "a action", "asked again", "answered", "a compensation");
    }

    @Test
    void cancelledAtTheMomentOfAskingAgain_everySagaIsUndoneOnce() {
        router.with(pipeline("p", "to: 'direct:a'"), step("a", "timeout: 1h", PARTICIPANT));
        router.on("a action", exchange -> {
            throw new IOException("away");
        });
        List<String> sagas =
                IntStream.range(0, 20).mapToObj(i -> router.submit("x")).toList();
        Awaitility.await().until(() -> router.calls.size() > 200);

        sagas.forEach(saga -> abort(saga, "an operator's word"));

        assertThat(sagas).allSatisfy(saga -> {
            Awaitility.await().until(() -> !router.isLive(saga));
            assertThat(LogText.of(DATABASE, saga))
                    .startsWith("ABORTED cancelled: an operator's word\n")
                    .endsWith(", failed (got no answer: away), compensating, compensated\n");
        });
        router.awaitSettled();
    }

    @Test
    void releasedDuringAPause_theRunEndsAtOnceAndTheStepCountsAsBegunOnly() {
        router.with(pipeline("p", "to: 'direct:a'", "to: 'direct:b'"), step("a"), pausing("b"));
        String saga = inItsPause();

        router.service.release();

        router.awaitSettled();
        assertThat(router.isLive(saga)).isFalse();
        router.close();
        assertThat(LogText.of(DATABASE, saga)).isEqualTo("STARTED\nsaga: payload\na: begun, succeeded\nb: begun\n");
        assertThat(router.calls).containsExactly("a action", "b action");
    }

    @Test
    void bodyIsAStream_eachAskingReadsItWhole() {
        router.context.setStreamCaching(false);
        router.bind("stream", (Processor)
                exchange -> exchange.getMessage().setBody(new ByteArrayInputStream("streamed".getBytes(UTF_8))));
        router.bind("reader", (Processor) exchange -> exchange.getMessage().setBody(new StringReader("read")));
        router.with(
                pipeline("p", "process: {ref: stream}", "to: 'direct:a'", "process: {ref: reader}", "to: 'direct:b'"),
                plainStep("a"),
                plainStep("b"));
        for (String action : List.of("a action", "b action")) {
            router.on(
                    action,
                    away(2, exchange -> router.calls.add(exchange.getMessage().getBody(String.class))));
        }

        String saga = router.submit("x");

        router.assertLog(saga, AT_THE_THIRD_ASKING + "b: begun, attempt (away 1), attempt (away 0), succeeded\n");
        assertThat(router.calls).filteredOn("streamed"::equals).hasSize(3);
        assertThat(router.calls).filteredOn("read"::equals).hasSize(3);
    }

    @Test
    void oneBranchIsAskedAgainWhileTheOtherIsRefused_undoWaitsForItsAnswer() {
        router.with(pipeline("p", parallel("to: 'direct:a'", "to: 'direct:b'")), step("a"), step("b"));
        router.on("a action", away(2, exchange -> router.awaitCalls("b action")));
        router.refuses("b action", "no");

        router.assertLog(router.submit("x"), """
                ABORTED b refused: no
                saga: payload, aborting (b refused: no), aborted
                a: begun, attempt (away 1), attempt (away 0), succeeded, compensating, compensated
                b: begun, failed (refused: no), compensating, compensated
                """);
    }

    @Test
    void bothBranchesAreAskedAgain_theStageAnswersWithBothResults() {
        router.with(
                pipeline("p", parallel("to: 'direct:a'", "to: 'direct:b'"), "to: 'direct:c'"),
                plainStep("a"),
                plainStep("b"),
                plainStep("c"));
        router.on("a action", away(2, AskingAgainIT::soil));
        router.on("b action", away(1, AskingAgainIT::soil));
        router.on("c action", exchange -> router.calls.add(exchange.getMessage().getBody(String.class)));

        router.assertLog(
                router.submit("x"),
                AT_THE_THIRD_ASKING + "b: begun, attempt (away 0), succeeded\nc: begun, succeeded\n");
        assertThat(router.calls).contains("{\"a\":\"soiled\",\"b\":\"soiled\"}");
    }

    @Test
    void stepsInASplit_areAskedAgainUnderTheirNames() {
        router.with(pipeline("p", "split: {tokenize: ',', steps: [{to: 'direct:a'}]}"), plainStep("a"));
        router.on("a#1 action", away(1, AskingAgainIT::soil));

        router.assertLog(router.submit("x,y"), """
                COMPLETED
                saga: payload, completed
                a#0: begun, succeeded
                a#1: begun, attempt (away 0), succeeded
                """);
    }

    @Test
    void theStepRedeliversByItself_eachAskingDoesSoAnew() {
        router.bind(
                "patient",
                new DefaultErrorHandlerDefinition().maximumRedeliveries(1).redeliveryDelay(0));
        router.with(
                pipeline("p", "to: 'direct:a'"),
                plainStep("a").replace("{id: a,", "{id: a, errorHandlerRef: patient,"));
        router.on("a action", away(4, exchange -> {}));

        router.assertLog(router.submit("x"), """
                COMPLETED
                saga: payload, completed
                a: begun, attempt (away 2), attempt (away 0), succeeded
                """);
    }

    @Test
    void noReplyWithinTheWaitsOwnTimeout_theCommandIsSentAgain() {
        router.with(
                pipeline("p", "to: 'direct:a'"),
                step("a", "timeout: 1m", PARTICIPANT, "to: {uri: 'await:a:action', parameters: {timeout: 20}}"));
        router.on("a action", exchange -> {
            if (router.calls.size() == 3) {
                router.signal(exchange.getMessage().getHeader("sagaId", String.class), "a:action", "Done", "reply");
            }
        });

        router.assertLog(router.submit("x"), """
                COMPLETED
                saga: payload, completed
                a: begun, attempt (no signal a:action within 20 ms), attempt (no signal a:action within 20 ms), succeeded
                """);
        assertThat(router.calls).containsOnly("a action").hasSize(3);
    }

    @Test
    void theParticipantNamesAPause_itIsKeptIfTheLimitAllows() {
        List<Long> askedNanos = new CopyOnWriteArrayList<>();
        router.with(pipeline("p", "to: 'direct:a'"), plainStep("a"));
        Processor busy = http(429, Map.of("retry-after", "1"));
        Processor gone = http(503, Map.of("Retry-After", "3600"));
        router.on("a action", exchange -> {
            askedNanos.add(System.nanoTime());
            if (askedNanos.size() < 3) {
                (askedNanos.size() == 1 ? busy : gone).process(exchange);
            }
        });

        router.assertLog(router.submit("x"), """
                COMPLETED
                saga: payload, completed
                a: begun, attempt (HTTP 429 from http://a), attempt (HTTP 503 from http://a), succeeded
                """);
        assertThat(askedNanos.get(1) - askedNanos.get(0)).isGreaterThanOrEqualTo(TimeUnit.SECONDS.toNanos(1));
    }

    @Test
    void theServiceHasOneThreadOnly_allAreAskedAgain() {
        var one = Executors.newSingleThreadExecutor();
        try (var narrow = new TestRouter(DATABASE, one)) {
            Map<String, AtomicInteger> askings = new ConcurrentHashMap<>();
            narrow.with(pipeline("p", "to: 'direct:a'"), plainStep("a"));
            narrow.on("a action", exchange -> {
                String saga = exchange.getMessage().getHeader("sagaId", String.class);
                int left = 2
                        - askings.computeIfAbsent(saga, key -> new AtomicInteger())
                                .getAndIncrement();
                if (left > 0) {
                    throw new IOException("away " + (left - 1));
                }
            });

            List<String> sagas =
                    IntStream.range(0, 30).mapToObj(i -> narrow.submit("x")).toList();

            sagas.forEach(saga -> narrow.assertLog(saga, AT_THE_THIRD_ASKING));
        }
        one.shutdown();
    }

    /** A step whose participant asks for a pause of a minute. */
    private String pausing(String id) {
        router.on(id + " action", http(503, Map.of("Retry-After", "60")));
        return step(id, "timeout: 1h", PARTICIPANT);
    }

    /** Submits, and waits until step b has failed and is not asked again. */
    private String inItsPause() {
        String saga = router.submit("x");
        router.awaitCalls("b action");
        Awaitility.await()
                .during(Duration.ofMillis(200)) // a pause that nobody asks for is 4 ms
                .until(() -> router.calls.stream().filter("b action"::equals).count() == 1);
        return saga;
    }

    private void abort(String saga, String why) {
        router.service
                .live(SagaId.of(saga))
                .orElseThrow()
                .abort(new Failure(Kind.CANCELLED, why))
                .join();
    }

    /** Does what is to be done, then gives no answer as often as said. */
    private static Processor away(int times, Processor doing) {
        var left = new AtomicInteger(times);
        return exchange -> {
            doing.process(exchange);
            if (left.getAndDecrement() > 0) {
                throw new IOException("away " + left.get());
            }
        };
    }

    private static Processor once(Processor failing) {
        var left = new AtomicInteger(1);
        return exchange -> {
            if (left.getAndDecrement() > 0) {
                failing.process(exchange);
            }
        };
    }

    private static Processor http(int status, Map<String, String> headers) {
        return exchange -> {
            throw new HttpOperationFailedException("http://a", status, "status", null, headers, null);
        };
    }

    private static void soil(Exchange exchange) {
        exchange.getMessage().setBody("soiled");
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setHeader("left", "soiled");
        exchange.setProperty("p", "soiled");
        exchange.setProperty("left", "soiled");
        exchange.setVariable("v", "soiled");
        exchange.setVariable("left", "soiled");
    }

    private static String described(Exchange exchange) {
        Message message = exchange.getMessage();
        return "%s %s %s %s %s header=%s,%s property=%s,%s variable=%s,%s until=%s"
                .formatted(
                        message.getBody(String.class),
                        message.getHeader("sagaId"),
                        message.getHeader("sagaStep"),
                        message.getHeader("sagaCall"),
                        message.getHeader("Long-Running-Action"),
                        message.getHeader("h"),
                        message.getHeader("left"),
                        exchange.getProperty("p"),
                        exchange.getProperty("left"),
                        exchange.getVariable("v"),
                        exchange.getVariable("left"),
                        exchange.getProperty(Properties.DEADLINE));
    }
}
