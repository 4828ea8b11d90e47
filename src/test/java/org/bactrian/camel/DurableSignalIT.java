package org.bactrian.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bactrian.camel.Yaml.PARTICIPANT;
import static org.bactrian.camel.Yaml.pipeline;
import static org.bactrian.camel.Yaml.plainStep;
import static org.bactrian.camel.Yaml.step;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.apache.camel.Exchange;
import org.awaitility.Awaitility;
import org.bactrian.participants.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Signals as rows: acknowledged when they are on disk, found by whoever asks, before, after and elsewhere. */
class DurableSignalIT {
    /** Of each test its own: routers take over what others left. */
    private final HikariDataSource database = TestDatabase.migrated("src/main/resources/db/migration");

    private static final String RESUMED = """
            COMPLETED
            saga: payload, completed
            a: begun, attempt (interrupted), succeeded
            """;

    private final Restarts routers = new Restarts(database);
    private final CountDownLatch open = new CountDownLatch(1);

    @AfterEach
    void stop() {
        open.countDown();
        routers.close();
        database.close();
    }

    @Test
    void saidBeforeTheQuestion_killed_theNextProcessFindsIt() {
        String saga = heldInItsAction();
        assertThat(routers.first.signal(saga, "a:action", "Reserved", "early").getException())
                .isNull();

        routers.restart();

        routers.second.assertLog(saga, RESUMED);
        assertThat(resultOf(saga)).isEqualTo("early");
    }

    @Test
    void saidWhileNoProcessRuns_isFound() {
        String saga = heldInItsAction();
        routers.kill();
        routers.signalElsewhere(saga, "a:action", "meanwhile");

        routers.restart();

        routers.second.assertLog(saga, RESUMED);
        assertThat(resultOf(saga)).isEqualTo("meanwhile");
    }

    @Test
    void saidTwiceAcrossARestart_theFirstCounts() {
        String saga = heldInItsAction();
        routers.first.signal(saga, "a:action", "Reserved", "first");
        routers.kill();
        routers.signalElsewhere(saga, "a:action", "second");

        routers.restart();

        routers.second.assertLog(saga, RESUMED);
        assertThat(resultOf(saga)).isEqualTo("first");
        assertThat(routers.signals(saga)).containsExactly("a:action Reserved");
    }

    @Test
    void saidToAnotherProcessBeforeTheQuestion_isReadFromTheLog() {
        String saga = heldInItsAction();
        routers.signalElsewhere(saga, "a:action", "elsewhere");

        open.countDown();

        routers.first.assertLogContains(saga, "a: begun, succeeded");
        assertThat(resultOf(saga)).isEqualTo("elsewhere");
    }

    @Test
    void saidToAnotherProcessAfterTheQuestion_isTold() {
        String saga = heldInItsAction();
        open.countDown();

        routers.signalElsewhere(saga, "a:action", "told");

        routers.first.assertLogContains(saga, "a: begun, succeeded");
        assertThat(resultOf(saga)).isEqualTo("told");
    }

    @Test
    void saidToAnotherSaga_thisOneWaitsOn() {
        String saga = heldInItsAction();
        String other = routers.first.submit("y");
        open.countDown();

        routers.first.signal(other, "a:action", "Reserved", "other");

        routers.first.assertLogContains(other, "a: begun, succeeded");
        assertThat(routers.signals(saga)).isEmpty();
        assertThat(routers.first.isLive(saga)).isTrue();
    }

    @Test
    void saidToASagaThatHasEnded_nothingIsKept() {
        routers.first.with(pipeline("p", "to: 'direct:a'"), plainStep("a"));
        String saga = routers.first.submit("x");
        Awaitility.await().until(() -> !routers.first.isLive(saga));

        assertThat(routers.first.signal(saga, "a:action", "Late", "").getException())
                .isNull();

        assertThat(routers.signals(saga)).isEmpty();
    }

    @Test
    void databaseIsAway_itIsNotAcknowledged() {
        String saga = heldInItsAction();
        routers.kill();

        Future<?> sent = routers.first.sendAndForget("signal:a:action", "lost", Map.of("sagaId", saga));

        assertThat(sent).failsWithin(Duration.ofMillis(500)).withThrowableOfType(TimeoutException.class);
        assertThat(routers.signals(saga)).isEmpty();
    }

    @Test
    void whatNoTableTakes_isRefusedForGood() {
        String saga = heldInItsAction();

        assertThat(routers.first.signal(saga, "a:action", "Re\u0000served", "").getException())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("type");
        Exchange named =
                routers.first.send("signal:${header.name}", "", Map.of("sagaId", saga, "name", "x".repeat(201)));
        assertThat(named.getException())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name");
        assertThat(routers.signals(saga)).isEmpty();
    }

    @Test
    void bytes_comeBackAsTheyWere() {
        String saga = heldInItsAction();
        byte[] body = {0, 1, (byte) 0xff, 'x'};
        routers.first.signal(saga, "a:action", "Reserved", body);

        routers.restart();

        routers.second.assertLog(saga, RESUMED);
        assertThat(JdbcClient.create(database)
                        .sql(
                                "SELECT decode(convert_from(data, 'UTF8')::json ->> 'base64', 'base64') FROM saga_record WHERE saga_id = ?::uuid AND kind = 'succeeded'")
                        .param(saga)
                        .query(byte[].class)
                        .single())
                .containsExactly(body);
    }

    /** In both routers; the second's action does not wait for the latch. */
    private String heldInItsAction() {
        routers.with(pipeline("p", "to: 'direct:a'"), step("a", "timeout: 1m", PARTICIPANT, "to: 'await:a:action'"));
        routers.first.on("a action", exchange -> TestRouter.pass(open));
        String saga = routers.first.submit("x");
        routers.first.awaitCalls("a action");
        return saga;
    }

    private String resultOf(String saga) {
        return JdbcClient.create(database)
                .sql(
                        "SELECT convert_from(data, 'UTF8')::json ->> 'text' FROM saga_record WHERE saga_id = ?::uuid AND kind = 'succeeded'")
                .param(saga)
                .query(String.class)
                .single();
    }
}
