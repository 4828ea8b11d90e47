package org.bactrian.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bactrian.log.TestInstance.LONG;
import static org.bactrian.log.TestInstance.begun;
import static org.bactrian.log.TestInstance.get;
import static org.bactrian.log.TestInstance.keyed;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.bactrian.log.Relay.Fault;
import org.bactrian.participants.TestDatabase;
import org.bactrian.saga.Content;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaRecord.Attempt;
import org.bactrian.saga.SagaReleased;
import org.bactrian.saga.SagaStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.core.JdbcTemplate;

/** The connection breaks while a batch is under way. */
class UnansweredCommitIT {
    private static final HikariDataSource DATABASE = TestDatabase.migrated("src/main/resources/db/migration");
    private static final JdbcTemplate SQL = new JdbcTemplate(DATABASE);

    private final Relay relay = new Relay(DATABASE);
    private final TestInstance instance = new TestInstance(
            DATABASE, relay.database(), new LogSettings(LONG, true, Duration.ofHours(1), 1_000, 1 << 20));

    @BeforeEach
    void listen() {
        instance.begun();
        TestInstance.awaitListening(DATABASE); // so that the writer alone uses the relay
    }

    @AfterEach
    void stop() {
        instance.close();
        relay.close();
        SQL.update("DELETE FROM saga");
        SQL.update("DELETE FROM router_instance");
    }

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"DROP_REQUEST", "DROP_ANSWER"})
    void append_isWrittenOnce(Fault fault) {
        SagaId id = instance.begun();
        relay.next(fault);

        instance.append(id, 0, begun("a"));
        instance.append(id, 1, new Attempt("a", ""));

        assertThat(relay.happened()).isTrue();
        assertThat(LogText.of(DATABASE, id.toString())).isEqualTo("STARTED\na: begun, attempt\n");
        assertThat(instance.fenced).hasValue(0);
    }

    @ParameterizedTest
    @EnumSource(names = {"DROP_REQUEST", "DROP_ANSWER"})
    void submission_isNewAndFoundAfterwards(Fault fault) {
        instance.begun();
        NewSaga saga = keyed("unanswered " + fault, 1);
        relay.next(fault);

        assertThat(instance.submit(saga)).isEqualTo(new Submitted(saga.id(), SagaStatus.STARTED, true));
        assertThat(instance.submit(saga)).isEqualTo(new Submitted(saga.id(), SagaStatus.STARTED, false));
        assertThat(instance.submit(keyed("unanswered " + fault, 1)).id()).isEqualTo(saga.id());
        assertThatThrownBy(() -> instance.submit(keyed("unanswered " + fault, 2)))
                .isInstanceOf(KeyTaken.class);
        assertThat(instance.claimed).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"DROP_REQUEST", "DROP_ANSWER"})
    void submissionWithoutKey_isNew(Fault fault) {
        instance.begun();
        NewSaga saga = new NewSaga(TestInstance.IDS.next(), "r", null, null);
        relay.next(fault);

        assertThat(instance.submit(saga).isNew()).isTrue();
        assertThat(instance.submit(saga).isNew()).isFalse();
    }

    @Test
    void otherKeysInTheSameBatch_areAnsweredEachAsItIs() {
        SagaId known = instance.submit(keyed("known", 1)).id();
        relay.hold();
        CompletableFuture<Void> plug = instance.log.append(known, 1, begun("a"));
        Awaitility.await().until(relay::isHolding);
        CompletableFuture<Submitted> fresh = instance.log.submit(keyed("fresh", 1));
        CompletableFuture<Submitted> again = instance.log.submit(keyed("known", 1));
        CompletableFuture<Submitted> taken = instance.log.submit(keyed("known", 2));
        relay.nextBut(1, Fault.DROP_ANSWER);
        relay.resume();

        get(plug);
        assertThat(get(fresh).isNew()).isTrue();
        assertThat(get(again)).isEqualTo(new Submitted(known, SagaStatus.STARTED, false));
        assertThatThrownBy(() -> get(taken)).isInstanceOf(KeyTaken.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"DROP_REQUEST", "DROP_ANSWER"})
    void signal_isStoredAndTold(Fault fault) {
        SagaId id = instance.begun();
        relay.next(fault);

        assertThat(instance.signal(id, "a:action")).isEqualTo(SignalOutcome.STORED);
        assertThat(instance.signal(id, "a:action")).isEqualTo(SignalOutcome.REPEATED);
        Awaitility.await().until(() -> instance.signalled.contains(id + " a:action"));
    }

    @Test
    void recordOfAnothersSaga_isToldApartFromOnesThatWereWritten() {
        SagaId mine = instance.begun();
        SagaId other = TestInstance.IDS.next();
        relay.hold();
        CompletableFuture<Void> plug = instance.log.append(mine, 0, begun("a"));
        Awaitility.await().until(relay::isHolding);
        CompletableFuture<Void> first = instance.log.append(mine, 1, begun("b"));
        CompletableFuture<Void> second = instance.log.append(other, 0, begun("a"));
        relay.nextBut(1, Fault.DROP_ANSWER);
        relay.resume();

        get(plug);
        get(first);
        assertThatThrownBy(() -> get(second)).isInstanceOf(SagaReleased.class);
        assertThat(relay.happened()).isTrue();
    }

    @Test
    void databaseStaysAway_submitterIsToldAndTheSagaIsDrivenAllTheSame() {
        SagaId running = instance.begun();
        NewSaga saga = keyed("away", 1);
        relay.next(Fault.DROP_ANSWER_AND_GO_DOWN);

        assertThatThrownBy(() -> instance.submit(saga))
                .isInstanceOf(DataAccessResourceFailureException.class)
                .hasMessageContaining(saga.id().toString());
        assertThatThrownBy(() -> instance.submit(keyed("away, too", 1)))
                .isInstanceOf(DataAccessResourceFailureException.class);
        CompletableFuture<Void> waiting = instance.log.append(running, 0, begun("a"));
        assertThat(waiting).isNotDone();
        relay.up();

        get(waiting);
        instance.awaitClaimed(saga.id());
        assertThat(instance.claimed).singleElement().satisfies(owned -> {
            assertThat(owned.claims()).isZero();
            assertThat(owned.records()).hasSize(1);
        });
        assertThat(instance.submit(saga)).isEqualTo(new Submitted(saga.id(), SagaStatus.STARTED, false));
        assertThat(SQL.queryForObject("SELECT count(*) FROM saga WHERE business_key LIKE 'away%'", Integer.class))
                .isEqualTo(1);
    }

    @Test
    void databaseIsAway_whatWasNotSentIsNotEnteredLater() {
        instance.begun();
        relay.down();
        Awaitility.await()
                .untilAsserted(() -> assertThatThrownBy(() -> instance.submit(keyed("down", 1)))
                        .isInstanceOf(DataAccessResourceFailureException.class));
        SagaId late = TestInstance.IDS.next();
        assertThatThrownBy(() -> instance.submit(new NewSaga(late, "p", null, null)))
                .isInstanceOf(DataAccessResourceFailureException.class);
        relay.up();

        Awaitility.await()
                .ignoreExceptions()
                .until(() -> instance.submit(keyed("up", 1)).isNew());
        assertThat(instance.log.status(late)).isEmpty();
    }

    @Test
    void databaseLostCommits_allIsDroppedAndTakenFromTheLog() {
        SagaId id = instance.begun();
        instance.append(id, 0, begun("a"));
        SQL.update("DELETE FROM saga_record WHERE saga_id = ?", id.value());
        SQL.update("UPDATE router_instance SET batch = batch - 1 WHERE NOT dead");

        assertThatThrownBy(() -> instance.append(id, 1, new Attempt("a", ""))).isInstanceOf(SagaReleased.class);

        instance.awaitClaimed(id);
        assertThat(instance.fenced).hasValue(1);
        assertThat(instance.claimed.get(0).records()).isEmpty();
        instance.append(id, 0, begun("b"));
        assertThat(LogText.of(DATABASE, id.toString())).isEqualTo("STARTED\nb: begun\n");
    }

    @Test
    void rowOfTheInstanceIsGone_itIsFencedAndItsSagasAreTaken() {
        SagaId id = instance.begun();
        SQL.update("DELETE FROM router_instance");

        assertThatThrownBy(() -> instance.append(id, 0, begun("a"))).isInstanceOf(SagaReleased.class);

        instance.awaitClaimed(id);
        instance.append(id, 0, begun("a"));
        assertThat(instance.fenced).hasValue(1);
    }

    @Test
    void contentOfAnUnansweredSubmission_isWhole() {
        instance.begun();
        Content payload = new Content(new byte[100_000], "x/y", Map.of());
        NewSaga saga = new NewSaga(
                TestInstance.IDS.next(), "p", new NewSaga.Submission("whole", new byte[] {1}, payload), null);
        relay.next(Fault.DROP_REQUEST);

        assertThat(instance.submit(saga).isNew()).isTrue();
        assertThat(LogText.of(DATABASE, saga.id().toString())).isEqualTo("STARTED\nsaga: payload\n");
    }
}
