package org.bactrian.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bactrian.log.TestInstance.LONG;
import static org.bactrian.log.TestInstance.begun;
import static org.bactrian.log.TestInstance.get;
import static org.bactrian.log.TestInstance.keyed;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.bactrian.participants.TestDatabase;
import org.bactrian.saga.Content;
import org.bactrian.saga.Failure;
import org.bactrian.saga.LoggedSignal;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaRecord.Aborting;
import org.bactrian.saga.SagaRecord.Attempt;
import org.bactrian.saga.SagaRecord.Completed;
import org.bactrian.saga.SagaRecord.Completing;
import org.bactrian.saga.SagaRecord.Parked;
import org.bactrian.saga.SagaReleased;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;

/** What the writer makes of what it is given, and of what the database says to it. */
class WriterIT {
    private final HikariDataSource database = TestDatabase.migrated("src/main/resources/db/migration");
    private final JdbcTemplate sql = new JdbcTemplate(database);
    private final TestInstance instance = new TestInstance(
            database,
            TestDatabase.unpooled(database),
            new LogSettings(LONG, false, Duration.ofMillis(20), 3_000, 1 << 20));
    private Connection lock;

    @BeforeEach
    void prepareLock() throws Exception {
        lock = database.getConnection();
        lock.setAutoCommit(false);
    }

    @AfterEach
    void close() throws Exception {
        lock.close();
        instance.close();
        database.close();
    }

    @Test
    void manyRecordsWait_theyAreWrittenInFewCommits() throws Exception {
        SagaId id = instance.begun();
        var written = new ArrayList<CompletableFuture<Void>>();
        stopWriter(id);
        int before = batch();
        for (int seq = 1; seq <= 1_000; seq++) {
            written.add(instance.log.append(id, seq, seq == 1 ? begun("a") : new Attempt("a", "")));
        }
        lock.rollback();
        written.forEach(TestInstance::get);

        assertThat(batch() - before).isLessThanOrEqualTo(3);
        assertThat(sql.queryForList("SELECT seq FROM saga_record ORDER BY at, seq", Integer.class))
                .isEqualTo(IntStream.rangeClosed(0, 1_000).boxed().toList());
    }

    @Test
    void laterIsDurable_soIsEarlierAndFuturesCompleteOnTheStepPool() {
        List<SagaId> sagas =
                IntStream.range(0, 8).mapToObj(i -> instance.begun()).toList();
        Thread caller = Thread.currentThread(); // runs at once what hangs on a future that is complete
        var checks = new ArrayList<CompletableFuture<Boolean>>();
        for (int n = 0; n < 400; n++) {
            int count = n + 1;
            checks.add(instance.log
                    .append(sagas.get(n % 8), n / 8, n < 8 ? begun("a") : new Attempt("a", ""))
                    .thenApply(written -> (Thread.currentThread().equals(caller)
                                    || Thread.currentThread().getName().startsWith("step-"))
                            && records() >= count));
            if (n % 16 == 15) {
                get(checks.get(n)); // so that there are many batches
            }
        }

        assertThat(checks).allMatch(TestInstance::get);
    }

    @Test
    void firstRecordRidesWithItsSaga_andItsEndFollows() throws Exception {
        stopWriter(instance.begun());
        NewSaga saga = keyed("k", 1);
        NewSaga bare = new NewSaga(TestInstance.IDS.next(), "r", null, null);
        var all = List.<CompletableFuture<?>>of(
                instance.log.submit(saga),
                instance.log.append(saga.id(), 1, begun("a")),
                instance.log.submit(bare),
                instance.log.append(bare.id(), 0, new Completing()),
                instance.log.append(bare.id(), 1, new Completed()),
                instance.log.signal(saga.id(), new LoggedSignal("s", "", Content.EMPTY)));
        lock.rollback();
        all.forEach(TestInstance::get);

        assertThat(LogText.of(database, saga.id().toString())).isEqualTo("STARTED\nsaga: payload\na: begun\n");
        assertThat(LogText.of(database, bare.id().toString())).isEqualTo("COMPLETED\nsaga: completing, completed\n");
        assertThat(instance.log.signals(saga.id()))
                .extracting(LoggedSignal::name)
                .contains("s");
    }

    @Test
    void keyTwiceInOneBatch_oneIsNewAndNothingOfTheOtherIsStored() throws Exception {
        stopWriter(instance.begun());
        NewSaga first = keyed("k", 1);
        NewSaga second = keyed("k", 1);
        CompletableFuture<Submitted> one = instance.log.submit(first);
        CompletableFuture<Submitted> two = instance.log.submit(second);
        CompletableFuture<Submitted> again = instance.log.submit(first);
        CompletableFuture<Void> begun = instance.log.append(second.id(), 1, begun("a"));
        lock.rollback();

        assertThat(get(one).isNew()).isTrue();
        assertThat(get(two)).isEqualTo(new Submitted(first.id(), get(one).status(), false));
        assertThat(get(again)).isEqualTo(get(two));
        assertThatThrownBy(() -> get(begun)).isInstanceOf(SagaReleased.class);
        assertThat(LogText.of(database, first.id().toString())).isEqualTo("STARTED\nsaga: payload\n");
    }

    @Test
    void badRowInABatch_itsSagaAloneFails() throws Exception {
        SagaId good = instance.begun();
        SagaId bad = instance.begun();
        instance.append(bad, 0, begun("a"));
        stopWriter(instance.begun());
        CompletableFuture<Void> first = instance.log.append(good, 0, begun("a"));
        CompletableFuture<Void> before = instance.log.append(bad, 1, new Attempt("a", ""));
        CompletableFuture<Void> same = instance.log.append(bad, 0, new Attempt("a", "twice"));
        CompletableFuture<Void> after = instance.log.append(bad, 2, new Attempt("a", "after"));
        CompletableFuture<Void> second = instance.log.append(good, 1, new Attempt("a", ""));
        CompletableFuture<Submitted> nul = instance.log.submit(keyed("\u0000", 1));
        CompletableFuture<SignalOutcome> odd = instance.log.signal(good, new LoggedSignal("\u0000", "", Content.EMPTY));
        CompletableFuture<SignalOutcome> longName =
                instance.log.signal(good, new LoggedSignal(random(20_000), "", Content.EMPTY));
        CompletableFuture<Submitted> fine = instance.log.submit(keyed("fine", 1));
        lock.rollback();

        get(first);
        get(second);
        get(before);
        assertThat(get(fine).isNew()).isTrue();
        assertThatThrownBy(() -> get(same)).isInstanceOf(DuplicateKeyException.class);
        assertThatThrownBy(() -> get(after)).isInstanceOf(DuplicateKeyException.class);
        assertThatThrownBy(() -> get(nul)).isInstanceOf(DataIntegrityViolationException.class);
        assertThatThrownBy(() -> get(odd)).isInstanceOf(DataIntegrityViolationException.class);
        assertThat(longName).isCompletedExceptionally();
        instance.append(bad, 2, new Parked("mend it"));
        assertThat(LogText.of(database, bad.toString()))
                .isEqualTo("STARTED [parked] mend it\nsaga: parked\na: begun, attempt\n");
        assertThat(LogText.of(database, good.toString())).isEqualTo("STARTED\na: begun, attempt\n");
        assertThat(instance.fenced).hasValue(0);
    }

    @Test
    void deadlock_theBatchIsSentAgain() {
        SagaId id = instance.begun();
        sql.execute("""
                CREATE SEQUENCE tries;
                CREATE FUNCTION deadlock() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                    IF nextval('tries') < 3 THEN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END IF;
                    RETURN NEW; END $$;
                CREATE TRIGGER deadlock BEFORE INSERT ON saga_record FOR EACH ROW EXECUTE FUNCTION deadlock()""");

        instance.append(id, 0, begun("a"));

        assertThat(records()).isEqualTo(1);
        assertThat(sql.queryForObject("SELECT last_value FROM tries", Integer.class))
                .isEqualTo(3);
    }

    @Test
    void anythingElseTheDatabaseSays_isTriedAgainUntilItPasses() {
        SagaId id = instance.begun();
        sql.execute("""
                CREATE SEQUENCE tries;
                CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                    IF nextval('tries') < 5 THEN RAISE EXCEPTION 'disk full' USING ERRCODE = '53100'; END IF;
                    RETURN NEW; END $$;
                CREATE TRIGGER disk BEFORE INSERT ON saga_record FOR EACH ROW EXECUTE FUNCTION disk_full()""");

        instance.append(id, 0, begun("a"));

        assertThat(records()).isEqualTo(1);
    }

    @Test
    void recordOfASagaThatIsNotOurs_isRefused() {
        SagaId unknown = TestInstance.IDS.next();
        SagaId other = instance.begun();
        sql.update("UPDATE saga SET owner = gen_random_uuid() WHERE saga_id = ?", other.value());

        assertThatThrownBy(() -> instance.append(unknown, 0, begun("a"))).isInstanceOf(SagaReleased.class);
        assertThatThrownBy(() -> instance.append(other, 0, new Aborting(new Failure(Failure.Kind.FAULT, "x"))))
                .isInstanceOf(SagaReleased.class);
        assertThat(LogText.of(database, other.toString())).isEqualTo("STARTED\n");
    }

    @Test
    void tooMuchWaits_newSagasAreRejectedAndRunningOnesGoOn() throws Exception {
        SagaId id = instance.begun();
        stopWriter(id);
        var payload = new NewSaga.Submission("big", new byte[] {1}, new Content(new byte[600_000], null, Map.of()));
        CompletableFuture<Submitted> first =
                instance.log.submit(new NewSaga(TestInstance.IDS.next(), "p", payload, null));
        CompletableFuture<Submitted> second =
                instance.log.submit(new NewSaga(TestInstance.IDS.next(), "q", payload, null));
        assertThatThrownBy(() -> instance.submit(keyed("k", 1)))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("wait to be written");
        assertThatThrownBy(() -> instance.signal(id, "s")).isInstanceOf(RejectedExecutionException.class);
        CompletableFuture<Void> running = instance.log.append(id, 1, begun("a"));
        lock.rollback();

        get(first);
        get(second);
        get(running);
        assertThat(instance.submit(keyed("k", 1)).isNew()).isTrue();
    }

    @Test
    void backendsAreKilledUnderLoad_everyRecordIsWrittenOnce() {
        SagaId id = instance.begun();
        var written = new ArrayList<CompletableFuture<Void>>();
        for (int seq = 0; seq < 300; seq++) {
            written.add(instance.log.append(id, seq, seq == 0 ? begun("a") : new Attempt("a", "")));
            if (seq % 50 == 25) {
                get(written.get(seq - 20));
                sql.queryForList(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE 'WITH fence%'");
            }
        }
        written.forEach(TestInstance::get);

        assertThat(records()).isEqualTo(300);
        assertThat(instance.fenced).hasValue(0);
    }

    @Test
    void idle_theHeartbeatGoesOn() {
        try (var other = new TestInstance(database, Duration.ofMillis(100))) {
            other.begun();
            int before = batch();
            Awaitility.await().until(() -> batch() >= before + 3);
        }
    }

    /** Its batch, with a first record of the saga, is under way until the lock is rolled back. */
    private void stopWriter(SagaId id) throws Exception {
        try (var statement = lock.createStatement()) {
            statement.execute("LOCK TABLE saga_record IN SHARE MODE");
        }
        var unused = instance.log.append(id, 0, new Aborting(new Failure(Failure.Kind.FAULT, "plug")));
        Awaitility.await()
                .until(() -> Integer.valueOf(1)
                        .equals(sql.queryForObject(
                                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
                                Integer.class)));
    }

    private static String random(int length) {
        var random = new Random(1);
        return random.ints(length, 33, 126)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private int batch() {
        Integer batch = sql.queryForObject("SELECT max(batch) FROM router_instance WHERE NOT dead", Integer.class);
        return batch == null ? 0 : batch;
    }

    private int records() {
        Integer records = sql.queryForObject("SELECT count(*) FROM saga_record", Integer.class);
        return records == null ? 0 : records;
    }
}
