package org.bactrian.camel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.bactrian.camel.Yaml.PARTICIPANT;
import static org.bactrian.camel.Yaml.pipeline;
import static org.bactrian.camel.Yaml.plainStep;
import static org.bactrian.camel.Yaml.step;

import com.zaxxer.hikari.HikariDataSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.awaitility.Awaitility;
import org.bactrian.log.LogText;
import org.bactrian.participants.TestDatabase;
import org.bactrian.saga.Refused;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What a step is called, and what it leaves behind: its recorded result and nothing else. */
class StepResultIT {
    private static final HikariDataSource DATABASE = TestDatabase.migrated("src/main/resources/db/migration");

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
    void stepsInASplit_areNamedWithTheirIndex() {
        router.with(
                pipeline("p", "split: {tokenize: ',', steps: [{to: 'direct:a'}]}", "to: 'direct:b'"),
                step("a"),
                plainStep("b"));

        router.assertLog(router.submit("x,y"), """
                COMPLETED
                saga: payload, completing, completed
                a#0: begun, succeeded, completing, completed
                a#1: begun, succeeded, completing, completed
                b: begun, succeeded
                """);
        assertThat(router.calls).startsWith("a#0 action", "a#1 action", "b action");
    }

    @Test
    void stepsInALoop_areNamedWithTheirIndexAndStepsAfterItAreNot() {
        router.with(
                pipeline("p", "loop: {constant: '2', steps: [{to: 'direct:a'}]}", "to: 'direct:a'", "to: 'direct:b'"),
                plainStep("a"),
                plainStep("b"));

        router.assertLog(router.submit("x"), """
                COMPLETED
                saga: payload, completed
                a: begun, succeeded
                a#0: begun, succeeded
                a#1: begun, succeeded
                b: begun, succeeded
                """);
    }

    @Test
    void aStepLoopsInside_theNextStepsNameIsNotTouched() {
        router.with(
                pipeline("p", "to: 'direct:a'", "to: 'direct:b'"),
                step("a", "timeout: 10s", "loop: {constant: '3', steps: [{log: {message: x}}]}"),
                plainStep("b"));

        router.assertLog(router.submit("x"), """
                COMPLETED
                saga: payload, completed
                a: begun, succeeded
                b: begun, succeeded
                """);
    }

    @Test
    void stepsInALoopInASplit_areRefusedAsTheirNamesWouldNotBeUnique() {
        router.with(
                pipeline("p", "split: {tokenize: ',', steps: [{loop: {constant: '2', steps: [{to: 'direct:a'}]}}]}"),
                plainStep("a"));

        String saga = router.submit("x,y");

        Awaitility.await().until(() -> !router.isLive(saga));
        assertThat(LogText.of(DATABASE, saga))
                .startsWith("ABORTED failed: step a ")
                .contains("loop", "split");
        assertThat(router.calls).isEmpty();
    }

    @Test
    void stepsInASplitInASplit_areRefusedToo() {
        router.with(
                pipeline("p", "split: {tokenize: ';', steps: [{split: {tokenize: ',', steps: [{to: 'direct:a'}]}}]}"),
                plainStep("a"));

        String saga = router.submit("x,y;z");

        Awaitility.await().until(() -> !router.isLive(saga));
        assertThat(LogText.of(DATABASE, saga)).startsWith("ABORTED failed: step a ");
        assertThat(router.calls).isEmpty();
    }

    @Test
    void theSameStepIsCalledTwice_theSecondTimeItsRecordedResultIsHandedBack() {
        router.with(
                pipeline(
                        "p",
                        "to: 'direct:a'",
                        "setBody: {constant: {expression: other}}",
                        "to: 'direct:a'",
                        "to: 'direct:b'"),
                plainStep("a"),
                plainStep("b"));
        router.on("a action", exchange -> exchange.getMessage().setBody("first"));
        router.on("b action", exchange -> router.calls.add(exchange.getMessage().getBody(String.class)));

        router.assertLog(router.submit("x"), """
                COMPLETED
                saga: payload, completed
                a: begun, succeeded
                b: begun, succeeded
                """);
        assertThat(router.calls).containsExactly("a action", "b action", "first");
    }

    @Test
    void thePipelineAsksAFailedStepAgain_itIsAnotherAttempt() {
        var left = new AtomicInteger(1);
        String failing =
                "doTry: {steps: [{to: 'direct:a'}], doCatch: [{exception: [org.bactrian.saga.Refused], steps: [{to: 'direct:a'}]}]}";
        router.with(pipeline("p", failing), step("a"));
        router.on("a action", exchange -> {
            if (left.getAndDecrement() > 0) {
                throw new Refused("not yet");
            }
        });

        router.assertLog(router.submit("x"), """
                COMPLETED
                saga: payload, completing, completed
                a: begun, failed (refused: not yet), attempt (not yet), succeeded, completing, completed
                """);
    }

    @Test
    void whatAStepPutsElsewhere_isGoneAfterwards() {
        look();
        router.with(
                pipeline(
                        "p",
                        "setProperty: {name: before, constant: {expression: kept}}",
                        "setVariable: {name: before, constant: {expression: kept}}",
                        "setHeader: {name: before, constant: {expression: kept}}",
                        "setHeader: {name: removed, constant: {expression: kept}}",
                        "to: 'direct:a'",
                        "process: {ref: look}",
                        "to: 'direct:b'"),
                plainStep("a"),
                plainStep("b"));
        router.on("a action", exchange -> {
            exchange.setProperty("before", "changed");
            exchange.setProperty("left", "x");
            exchange.setProperty(Exchange.CHARSET_NAME, "ISO-8859-1");
            exchange.setProperty(Exchange.SPLIT_INDEX, 7);
            exchange.setVariable("before", "changed");
            exchange.setVariable("left", "x");
            exchange.getMessage().setHeader("before", "changed");
            exchange.getMessage().setHeader("left", "x");
            exchange.getMessage().removeHeader("removed");
            exchange.getMessage().setHeader("Long-Running-Action", "http://evil/lra-coordinator/1");
            exchange.getMessage().setHeader("traceparent", "00-1");
            exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "text/plain");
            exchange.getMessage().setBody("result");
        });
        router.assertLog(router.submit("x"), """
                COMPLETED
                saga: payload, completed
                a: begun, succeeded
                b: begun, succeeded
                """);
        assertThat(router.calls)
                .containsExactly(
                        "a action",
                        "property=kept,null,null variable=kept,null header=kept,null,kept,null recorded=00-1 type=text/plain body=result",
                        "b action");
    }

    @Test
    void bodies_areRecordedAsBytesAndHandedOnAsSuch() {
        assertThat(resultOf(null)).isEqualTo("null ''");
        assertThat(resultOf("täxt")).isEqualTo("null 'täxt'");
        assertThat(resultOf(Map.of("a", List.of(1)))).isEqualTo("application/json '{\"a\":[1]}'");
        assertThat(resultOf(List.of("a", "b"))).isEqualTo("application/json '[\"a\",\"b\"]'");
        assertThat(resultOf(new ByteArrayInputStream("stream".getBytes(UTF_8)))).isEqualTo("null 'stream'");
        assertThat(resultOf(new StringReader("reader"))).isEqualTo("null 'reader'");
    }

    @Test
    void resultOverAMebibyte_failsTheStep() {
        router.with(pipeline("p", "to: 'direct:a'"), step("a"));
        router.on("a action", exchange -> exchange.getMessage().setBody(new byte[1_048_577]));
        String why = "step a: a recorded message must be at most 1,048,576 bytes; is 1,048,577";

        router.assertLog(router.submit("x"), """
                ABORTED a failed: %s
                saga: payload, aborting (a failed: %s), aborted
                a: begun, failed (failed: %s), compensating, compensated
                """.formatted(why, why, why));
    }

    @Test
    void resultThatIsNeitherTextNorBytes_failsTheStepAndSaysWhatToDo() {
        router.with(pipeline("p", "to: 'direct:a'"), step("a"));
        router.on("a action", exchange -> exchange.getMessage().setBody(7));
        String why =
                "step a: a recorded body must be text, bytes, a map or a list; is java.lang.Integer: marshal it first";

        router.assertLog(router.submit("x"), """
                ABORTED a failed: %s
                saga: payload, aborting (a failed: %s), aborted
                a: begun, failed (failed: %s), compensating, compensated
                """.formatted(why, why, why));
    }

    @Test
    void resultThatCannotBeRead_failsTheStep() {
        router.with(pipeline("p", "to: 'direct:a'"), step("a"));
        router.on("a action", exchange -> exchange.getMessage().setBody(new Broken(false)));

        String saga = router.submit("x");

        Awaitility.await().until(() -> !router.isLive(saga));
        assertThat(LogText.of(DATABASE, saga)).startsWith("ABORTED a ").endsWith("compensating, compensated\n");
    }

    @Test
    void resultThatThrowsWhenRead_failsTheStep() {
        router.with(pipeline("p", "to: 'direct:a'"), step("a"));
        router.on("a action", exchange -> exchange.getMessage().setBody(new Broken(true)));

        String saga = router.submit("x");

        Awaitility.await().until(() -> !router.isLive(saga));
        assertThat(LogText.of(DATABASE, saga)).startsWith("ABORTED a ").endsWith("compensating, compensated\n");
    }

    private void look() {
        router.bind("look", (Processor) exchange ->
                router.calls.add("property=%s,%s,%s variable=%s,%s header=%s,%s,%s,%s recorded=%s type=%s body=%s"
                        .formatted(
                                exchange.getProperty("before"),
                                exchange.getProperty("left"),
                                exchange.getProperty(Exchange.CHARSET_NAME),
                                exchange.getVariable("before"),
                                exchange.getVariable("left"),
                                exchange.getMessage().getHeader("before"),
                                exchange.getMessage().getHeader("left"),
                                exchange.getMessage().getHeader("removed"),
                                exchange.getMessage().getHeader("sagaStep"),
                                exchange.getMessage().getHeader("traceparent"),
                                exchange.getMessage().getHeader(Exchange.CONTENT_TYPE),
                                exchange.getMessage().getBody(String.class))));
    }

    private String resultOf(@Nullable Object body) {
        if (router.context.getRoute("p") == null) {
            router.bind("look", (Processor) exchange -> router.calls.add("%s '%s'"
                    .formatted(
                            exchange.getMessage().getHeader(Exchange.CONTENT_TYPE),
                            exchange.getMessage().getBody(String.class))));
            router.with(
                    pipeline("p", "to: 'direct:a'", "process: {ref: look}"), step("a", "timeout: 10s", PARTICIPANT));
        }
        router.on("a action", exchange -> {
            exchange.getMessage().setBody(body);
            exchange.getMessage().removeHeader(Exchange.CONTENT_TYPE);
        });
        String saga = router.submit("x");
        router.assertLog(saga, """
                COMPLETED
                saga: payload, completed
                a: begun, succeeded
                """);
        String seen = router.calls.get(router.calls.size() - 1);
        String recorded = JdbcClient.create(DATABASE)
                .sql("""
                        SELECT coalesce(data ->> 'contentType', 'null') || ' ''' || (data ->> 'text') || ''''
                        FROM (SELECT convert_from(data, 'UTF8')::json AS data FROM saga_record
                              WHERE saga_id = ?::uuid AND kind = 'succeeded') r""")
                .param(saga)
                .query(String.class)
                .single();
        assertThat(recorded).as("what is recorded is what goes on").isEqualTo(seen);
        return recorded;
    }

    private static final class Broken extends InputStream {
        private final boolean unchecked;

        Broken(boolean unchecked) {
            this.unchecked = unchecked;
        }

        @Override
        public int read() throws IOException {
            if (unchecked) {
                throw new IllegalStateException("closed");
            }
            throw new IOException("cut off");
        }

        @Override
        public int read(byte[] to, int from, int length) throws IOException {
            return read();
        }
    }
}
