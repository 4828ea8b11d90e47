package org.bactrian.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.bactrian.camel.Yaml.PARTICIPANT;
import static org.bactrian.camel.Yaml.pipeline;
import static org.bactrian.camel.Yaml.plainStep;
import static org.bactrian.camel.Yaml.route;
import static org.bactrian.camel.Yaml.step;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.List;
import org.bactrian.participants.TestDatabase;
import org.bactrian.saga.Headers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** There is room for one saga, and a saga of pipeline p submits one of pipeline q. */
class SagaSubmitsIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String WORK = "to: {uri: 'await:a:action', parameters: {holdsPlace: true}}";
    private static final String Q = "to: 'pipeline:q?key=${header.sagaId}'";
    private static final String END_OF_Q = "to: 'pipeline:q?key=${header.sagaId}&prefer=wait=10'";

    private final HikariDataSource database = TestDatabase.migrated("src/main/resources/db/migration");
    private final TestRouter router = TestRouter.unstarted(database, new SagaLimits(1, 100, 1), false);

    @AfterEach
    void stop() {
        router.close();
        database.close();
    }

    @Test
    void stepWaitsForItsEnd_itRunsAtOnce() {
        started(step("a", "timeout: 1m", END_OF_Q));

        List<String> sagas = List.of(submit("1"), submit("2"));

        awaitCompleted(sagas);
        assertThat(endedFirst()).containsExactly("q", "q");
    }

    @Test
    void stepWaitsForItsEndAndItIsGivenBackToTheLog_itRunsAgainInThePlaceOfTheOther() {
        started(step("a", "timeout: 1m", END_OF_Q));
        router.service.operatorPauses().pause("step", "b", "for a test");
        String saga = submit("1");
        await().atMost(LIMIT).until(() -> waiting().size() == 1);

        router.service.operatorPauses().resume("step", "b", "over");

        awaitCompleted(List.of(saga));
        assertThat(endedFirst()).containsExactly("q");
    }

    @Test
    void itsPipelineIsPaused_itWaits() {
        started(step("a", "timeout: 1m", END_OF_Q));
        router.service.operatorPauses().pause("pipeline", "q", "for a test");
        String saga = submit("1");
        await().atMost(LIMIT).until(() -> waiting().size() == 1);
        assertThat(router.calls).doesNotContain("b action");

        router.service.operatorPauses().resume("pipeline", "q", "over");

        awaitCompleted(List.of(saga));
        assertThat(endedFirst()).containsExactly("q");
    }

    @Test
    void callbackSubmitsWhileAsManyWaitAsMay_itIsNotRefused() {
        started(step("a", "timeout: 1m, completion: 'direct:confirm-a'", PARTICIPANT, WORK)
                + route("confirm-a", "direct:confirm-a", Q));
        List<String> sagas = List.of(submit("1"), submit("2"));
        await().atMost(LIMIT).until(() -> waiting().size() == 1);

        sagas.forEach(saga -> router.signal(saga, "a:action", "Done", "{}"));

        awaitCompleted(sagas);
        assertThat(router.service.refusedSagas()).isZero();
    }

    private void started(String a) {
        router.with(pipeline("p", "to: 'direct:a'"), a, pipeline("q", "to: 'direct:b'"), plainStep("b"))
                .start();
    }

    private String submit(String key) {
        return router.submit(key, "{}", "").getMessage().getHeader(Headers.SAGA_ID, String.class);
    }

    private void awaitCompleted(List<String> sagas) {
        sagas.forEach(saga -> router.assertLogContains(saga, "COMPLETED"));
        await().atMost(LIMIT).until(() -> router.service.running() == 0 && router.service.liveSagas() == 0);
        await().atMost(LIMIT)
                .until(() ->
                        texts("SELECT saga_id FROM saga WHERE ended_at IS NULL").isEmpty());
    }

    private List<String> waiting() {
        return texts("SELECT saga_id FROM saga WHERE waits_since IS NOT NULL AND owner IS NULL");
    }

    /** Of each pair of sagas. */
    private List<String> endedFirst() {
        return texts("""
                SELECT CASE WHEN q.ended_at < p.ended_at THEN 'q' ELSE 'p' END
                FROM saga p JOIN saga q ON q.business_key = p.saga_id::text""");
    }

    private List<String> texts(String query) {
        return JdbcClient.create(database).sql(query).query(String.class).list();
    }
}
