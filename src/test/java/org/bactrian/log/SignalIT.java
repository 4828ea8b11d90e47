package org.bactrian.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bactrian.log.TestInstance.LONG;
import static org.bactrian.log.TestInstance.get;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.bactrian.participants.TestDatabase;
import org.bactrian.saga.Content;
import org.bactrian.saga.LoggedSignal;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaRecord.Completed;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** Signals, to whichever instance they come. */
class SignalIT {
    private static final Duration NEVER = Duration.ofHours(1);
    private static final String DIRECTLY =
            "INSERT INTO saga_signal (saga_id, name, type, data) VALUES (?, ?, 'Done', convert_to('{\"text\": \"x\"}', 'UTF8'))";

    private final HikariDataSource database = TestDatabase.migrated("src/main/resources/db/migration");
    private final JdbcTemplate sql = new JdbcTemplate(database);
    private final List<AutoCloseable> open = new ArrayList<>(List.of(database));

    @AfterEach
    void close() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    @Test
    void toAnOwnSaga_isToldOnceAfterTheCommitAndRepetitionsVanish() {
        TestInstance owner = instance(NEVER);
        SagaId id = owner.begun();
        var content = new Content(new byte[] {0, 1, -1}, "a/b", Map.of("h", "v"));

        assertThat(get(owner.log.signal(id, new LoggedSignal("a:action", "Done", content))))
                .isEqualTo(SignalOutcome.STORED);
        assertThat(owner.signal(id, "a:action")).isEqualTo(SignalOutcome.REPEATED);
        assertThat(owner.signal(id, "b:action")).isEqualTo(SignalOutcome.STORED);

        awaitTold(owner, id + " a:action", id + " b:action");
        assertThat(owner.signalled).hasSize(2);
        assertThat(owner.log.signals(id).stream()
                        .filter(signal -> signal.name().equals("a:action"))
                        .findFirst())
                .hasValueSatisfying(signal -> assertThat(signal)
                        .usingRecursiveComparison()
                        .isEqualTo(new LoggedSignal("a:action", "Done", content)));
        assertThat(owner.log.signals(id)).extracting(LoggedSignal::name).doesNotContain("c:action");
    }

    @Test
    void toEndedOrUnknownSagas_isNotStored() {
        TestInstance owner = instance(NEVER);
        SagaId ended = owner.begun();
        assertThat(owner.signal(ended, "in time")).isEqualTo(SignalOutcome.STORED);
        owner.append(ended, 0, new Completed());

        assertThat(owner.signal(ended, "late")).isEqualTo(SignalOutcome.ENDED);
        assertThat(owner.signal(ended, "in time")).isEqualTo(SignalOutcome.REPEATED);
        assertThat(owner.signal(TestInstance.IDS.next(), "lost")).isEqualTo(SignalOutcome.UNKNOWN_SAGA);
        assertThat(sql.queryForObject("SELECT count(*) FROM saga_signal", Integer.class))
                .isEqualTo(1);
    }

    @Test
    void manyAtOnceOfOneName_oneIsStored() {
        TestInstance owner = instance(NEVER);
        TestInstance other = instance(NEVER);
        SagaId id = owner.begun();
        List<CompletableFuture<SignalOutcome>> all = IntStream.range(0, 100)
                .mapToObj(i -> (i % 2 == 0 ? owner : other)
                        .log.signal(id, new LoggedSignal("s", Integer.toString(i), Content.EMPTY)))
                .toList();

        assertThat(all.stream().map(TestInstance::get).filter(SignalOutcome.STORED::equals))
                .hasSize(1);
        awaitTold(owner, id + " s");
    }

    @Test
    void toAnothersSaga_itsOwnerIsNotifiedAndNeedsNoPoll() {
        TestInstance owner = instance(NEVER);
        TestInstance other = instance(NEVER);
        SagaId id = owner.begun();
        TestInstance.awaitListening(database);

        assertThat(other.signal(id, "a:action")).isEqualTo(SignalOutcome.STORED);

        awaitTold(owner, id + " a:action");
        assertThat(other.signalled).isEmpty();
    }

    @Test
    void notificationIsLost_thePollFindsIt() {
        TestInstance owner = instance(Duration.ofMillis(20));
        SagaId id = owner.begun();
        SagaId ended = owner.begun();
        owner.append(ended, 0, new Completed());

        sql.update(DIRECTLY, id.value(), "a:action");
        sql.update(DIRECTLY, ended.value(), "late");

        awaitTold(owner, id + " a:action");
        assertThat(owner.signalled).hasSize(1);
    }

    @Test
    void committedInAnotherOrderThanBegun_noneIsMissedAndNoneToldTwice() throws Exception {
        TestInstance owner = instance(Duration.ofMillis(10));
        SagaId id = owner.begun();
        try (Connection slow = database.getConnection();
                var insert = slow.prepareStatement(DIRECTLY)) {
            slow.setAutoCommit(false);
            insert.setObject(1, id.value());
            insert.setString(2, "first begun");
            insert.executeUpdate();
            for (int i = 0; i < 3; i++) {
                sql.update(DIRECTLY, id.value(), "quick " + i);
                awaitTold(owner, id + " quick " + i);
            }
            slow.commit();
        }

        awaitTold(owner, id + " first begun");
        sql.update(DIRECTLY, id.value(), "last");
        awaitTold(owner, id + " last");
        assertThat(owner.signalled).doesNotHaveDuplicates().hasSize(5);
    }

    @Test
    void connectionOfThePollIsCut_itComesBack() {
        TestInstance owner = instance(Duration.ofMillis(20));
        SagaId id = owner.begun();
        TestInstance.awaitListening(database);
        sql.queryForList(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND query NOT LIKE 'WITH%'");

        sql.update(DIRECTLY, id.value(), "a:action");

        awaitTold(owner, id + " a:action");
    }

    @Test
    void whileTheSagaIsHandedOver_itsSignalsWait() throws Exception {
        TestInstance first = instance(NEVER);
        SagaId id = first.begun();
        assertThat(first.signal(id, "before")).isEqualTo(SignalOutcome.STORED);
        TestInstance second = instance(Duration.ofMillis(10));
        var order = new ArrayList<String>();
        second.onClaimed = saga -> {
            first.log.status(saga.id());
            sql.update(DIRECTLY, saga.id().value(), "meanwhile");
            order.add("told before: " + second.signalled);
        };

        first.log.release();

        awaitTold(second, id + " meanwhile");
        assertThat(order).containsExactly("told before: []");
        assertThat(second.claimed.get(0).signals())
                .extracting(LoggedSignal::name)
                .containsExactly("before");
    }

    private static void awaitTold(TestInstance instance, String... signals) {
        Awaitility.await()
                .atMost(10, TimeUnit.SECONDS)
                .pollInterval(5, TimeUnit.MILLISECONDS)
                .until(() -> instance.signalled.containsAll(List.of(signals)));
    }

    private TestInstance instance(Duration poll) {
        var instance = new TestInstance(
                database, TestDatabase.unpooled(database), new LogSettings(LONG, false, poll, 50_000, 64L << 20));
        open.add(instance);
        return instance;
    }
}
