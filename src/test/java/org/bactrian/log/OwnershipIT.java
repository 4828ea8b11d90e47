package org.bactrian.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bactrian.log.TestInstance.LONG;
import static org.bactrian.log.TestInstance.SHORT;
import static org.bactrian.log.TestInstance.begun;
import static org.bactrian.log.TestInstance.get;
import static org.bactrian.log.TestInstance.keyed;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.bactrian.participants.TestDatabase;
import org.bactrian.saga.LoggedSignal;
import org.bactrian.saga.OwnedSaga;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaRecord.Attempt;
import org.bactrian.saga.SagaRecord.Begun;
import org.bactrian.saga.SagaRecord.Completed;
import org.bactrian.saga.SagaRecord.Payload;
import org.bactrian.saga.SagaReleased;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** Who drives a saga when instances die, stop, stand still or wake up. */
class OwnershipIT {
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
    void instanceDies_anotherTakesItsSagasWholeAfterALease() {
        TestInstance first = instance(LONG);
        SagaId id = first.submit(keyed("k", 1)).id();
        first.append(id, 1, begun("a"));
        first.signal(id, "a:action");
        SagaId over = first.begun();
        first.append(over, 0, new Completed());
        first.close();
        age(LONG);

        TestInstance second = instance(SHORT);
        second.awaitClaimed(id);

        OwnedSaga owned = second.claimed.get(0);
        assertThat(second.claimed).hasSize(1);
        assertThat(owned.claims()).isEqualTo(1);
        assertThat(owned.key()).isEqualTo("k");
        assertThat(owned.records()).extracting(OwnedSaga.Entry::seq).containsExactly(0, 1);
        assertThat(owned.records().get(0).record()).isInstanceOf(Payload.class);
        assertThat(owned.records().get(1).record()).isInstanceOf(Begun.class);
        assertThat(owned.signals()).extracting(LoggedSignal::name).containsExactly("a:action");
        second.append(id, 2, new Attempt("a", ""));
        assertThat(LogText.of(database, id.toString())).isEqualTo("STARTED\nsaga: payload\na: begun, attempt\n");
    }

    @Test
    void instanceStandsStill_whatItWritesAfterwardsIsRefusedAndItBeginsAnew() {
        var relay = keep(new Relay(database));
        TestInstance first = keep(new TestInstance(database, relay.database(), new LogSettings(SHORT, false)));
        SagaId id = first.begun();
        first.append(id, 0, begun("a"));
        relay.hold();
        CompletableFuture<Void> late = first.log.append(id, 1, new Attempt("a", "late"));
        CompletableFuture<Void> later = first.log.append(id, 2, new Attempt("a", "later"));
        first.room = 0;

        TestInstance second = instance(SHORT);
        second.awaitClaimed(id);
        second.append(id, 1, new Attempt("a", "second"));
        relay.resume();

        assertThatThrownBy(() -> get(late)).isInstanceOf(SagaReleased.class);
        assertThatThrownBy(() -> get(later)).isInstanceOf(SagaReleased.class);
        assertThatThrownBy(() -> first.append(id, 2, new Attempt("a", "last"))).isInstanceOf(SagaReleased.class);
        assertThat(first.fenced).hasValue(1);
        SagaId fresh = first.begun();
        first.append(fresh, 0, begun("a"));
        assertThat(LogText.of(database, id.toString())).isEqualTo("STARTED\na: begun, attempt (second)\n");
        assertThat(second.fenced).hasValue(0);
    }

    @Test
    void submittedWhileItStandsStill_isEnteredUnderItsNextName() {
        var relay = keep(new Relay(database));
        TestInstance first = keep(new TestInstance(database, relay.database(), new LogSettings(SHORT, false)));
        first.begun();
        relay.hold();
        CompletableFuture<Submitted> late = first.log.submit(keyed("late", 1));
        TestInstance second = instance(SHORT);
        Awaitility.await().until(() -> deadInstances() == 1);
        relay.resume();

        assertThat(get(late).isNew()).isTrue();
        first.append(get(late).id(), 1, begun("a"));
        assertThat(second.claimedIds()).doesNotContain(get(late).id());
    }

    @Test
    void batchIsInFlight_whoDeclaresTheInstanceDeadWaitsAndClaimsWithIt() throws Exception {
        sql.execute("""
                CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                    IF NEW.step = 'slow' THEN PERFORM pg_advisory_xact_lock(1); END IF;
                    RETURN NEW; END $$;
                CREATE TRIGGER slow BEFORE INSERT ON saga_record FOR EACH ROW EXECUTE FUNCTION slow()""");
        TestInstance first = instance(LONG);
        SagaId id = first.begun();
        CompletableFuture<Void> inFlight;
        TestInstance second;
        try (var lock = database.getConnection();
                var statement = lock.createStatement()) {
            lock.setAutoCommit(false);
            statement.execute("SELECT pg_advisory_xact_lock(1)");
            age(LONG);
            inFlight = first.log.append(id, 0, begun("slow"));
            second = instance(SHORT);
            Awaitility.await().until(() -> waiting("UPDATE router_instance SET dead") == 1);
            lock.rollback();
        }

        get(inFlight);
        second.awaitClaimed(id);
        assertThat(second.claimed.get(0).records()).hasSize(1);
        assertThatThrownBy(() -> first.append(id, 1, new Attempt("slow", ""))).isInstanceOf(SagaReleased.class);
    }

    @Test
    void manySagasOfADeadInstance_areClaimedOnceEach() {
        TestInstance first = instance(LONG);
        List<SagaId> ids = IntStream.range(0, 300).mapToObj(i -> first.begun()).toList();
        first.close();
        TestInstance second = instance(SHORT);
        TestInstance third = instance(SHORT);
        age(LONG);

        Awaitility.await()
                .atMost(20, TimeUnit.SECONDS)
                .until(() -> second.claimed.size() + third.claimed.size() >= 300);

        var all = new ArrayList<>(second.claimedIds());
        all.addAll(third.claimedIds());
        assertThat(all).hasSize(300);
        assertThat(new HashSet<>(all)).isEqualTo(new HashSet<>(ids));
        second.claimed.forEach(owned -> second.append(owned.id(), 0, begun("a")));
        third.claimed.forEach(owned -> third.append(owned.id(), 0, begun("a")));
    }

    @Test
    void claimerHasNoRoom_itTakesNoneUntilItHas() {
        TestInstance first = instance(LONG);
        SagaId id = first.begun();
        first.close();
        TestInstance second = instance(SHORT);
        second.room = 0;
        age(LONG);
        Awaitility.await().until(() -> deadInstances() == 1);
        long round = second.log.status(id).isPresent() ? batchOf() : 0;
        Awaitility.await().until(() -> batchOf() > round + 2);
        assertThat(second.claimed).isEmpty();

        second.room = 1;

        second.awaitClaimed(id);
    }

    @Test
    void released_anotherGoesOnAtOnceAndNothingIsWrittenAfter() {
        TestInstance first = instance(LONG);
        TestInstance second = instance(LONG);
        SagaId id = first.begun();
        CompletableFuture<Void> last = first.log.append(id, 0, begun("a"));

        first.log.release();

        get(last);
        assertThatThrownBy(() -> first.append(id, 1, begun("b"))).isInstanceOf(SagaReleased.class);
        assertThatThrownBy(() -> first.submit(keyed("k", 1))).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> first.signal(id, "b")).isInstanceOf(RejectedExecutionException.class);
        second.awaitClaimed(id); // the leases are far from over
        assertThat(second.claimed.get(0).claims()).isZero();
        assertThat(second.claimed.get(0).records()).hasSize(1);
        assertThat(first.fenced).hasValue(0);
    }

    @Test
    void claimedAgainAndAgain_isCountedUntilARecordOrProgress() {
        SagaId id;
        try (TestInstance first = instance(LONG)) {
            id = first.begun();
        }
        assertThat(claimOnce(id, owner -> {})).isEqualTo(1);
        assertThat(claimOnce(id, owner -> {})).isEqualTo(2);
        assertThat(claimOnce(id, owner -> owner.append(id, 0, begun("a")))).isEqualTo(3);
        assertThat(claimOnce(id, owner -> get(owner.log.progressed(id)))).isEqualTo(1);
        assertThat(claimOnce(id, owner -> owner.log.release())).isEqualTo(1);
        assertThat(claimOnce(id, owner -> {})).isEqualTo(1);
    }

    @Test
    void sagasOfTheVersionBefore_areNobodysAndAreTaken() {
        SagaId id = TestInstance.IDS.next();
        sql.update("INSERT INTO saga (saga_id, pipeline, status) VALUES (?, 'p', 'STARTED')", id.value());

        TestInstance instance = instance(LONG);

        instance.awaitClaimed(id);
        assertThat(instance.claimed.get(0).claims()).isZero();
    }

    @Test
    void alone_earlierInstancesAreDeadAtOnce() {
        TestInstance first = instance(LONG);
        SagaId id = first.begun();

        TestInstance second =
                keep(new TestInstance(database, TestDatabase.unpooled(database), new LogSettings(LONG, true)));

        second.awaitClaimed(id);
        assertThatThrownBy(() -> first.append(id, 0, begun("a"))).isInstanceOf(SagaReleased.class);
        assertThat(second.claimed.get(0).claims()).isEqualTo(1);
    }

    @Test
    void databaseWasAway_nobodyIsDeclaredDeadForIt() {
        var relay = keep(new Relay(database));
        Duration lease = Duration.ofSeconds(2);
        TestInstance first = keep(new TestInstance(database, relay.database(), new LogSettings(lease, false)));
        TestInstance second = keep(new TestInstance(database, relay.database(), new LogSettings(lease, false)));
        SagaId ofFirst = first.begun();
        SagaId ofSecond = second.begun();
        relay.down();
        age(Duration.ofMinutes(1)); // as if it had been so long
        relay.up();

        first.append(ofFirst, 0, begun("a"));
        second.append(ofSecond, 0, begun("a"));
        int batch = batchOf();
        Awaitility.await().until(() -> batchOf() > batch + 6); // more than a lease
        assertThat(deadInstances()).isZero();
        assertThat(first.claimed).isEmpty();
        assertThat(second.claimed).isEmpty();
    }

    @Test
    void longDeadWithNothingLeft_isForgotten() {
        TestInstance first = instance(LONG);
        first.begun();
        first.log.release();
        TestInstance second = instance(SHORT);
        Awaitility.await().until(() -> second.claimed.size() == 1);
        assertThat(deadInstances()).isEqualTo(1);

        age(Duration.ofDays(2));

        Awaitility.await().until(() -> deadInstances() == 0);
    }

    private int claimOnce(SagaId id, Consumer<TestInstance> then) {
        try (var owner = new TestInstance(database, TestDatabase.unpooled(database), new LogSettings(LONG, true))) {
            owner.awaitClaimed(id);
            then.accept(owner);
            return owner.claimed.get(0).claims();
        }
    }

    /** All that is registered was heard of so long ago. */
    private void age(Duration time) {
        sql.update(
                "UPDATE router_instance SET heartbeat_at = heartbeat_at - ? * interval '1 millisecond' - interval '1 second'",
                time.toMillis());
    }

    private int deadInstances() {
        return count("SELECT count(*) FROM router_instance WHERE dead");
    }

    private int batchOf() {
        return count("SELECT max(batch) FROM router_instance WHERE NOT dead");
    }

    private int waiting(String statement) {
        return count("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%"
                + statement + "%' AND pid <> pg_backend_pid() AND datname = current_database()");
    }

    private int count(String query) {
        Integer count = sql.queryForObject(query, Integer.class);
        return count == null ? 0 : count;
    }

    private TestInstance instance(Duration lease) {
        return keep(new TestInstance(database, lease));
    }

    private <T extends AutoCloseable> T keep(T part) {
        open.add(part);
        return part;
    }
}
