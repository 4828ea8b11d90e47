package org.bactrian.barrier;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.bactrian.participants.TestDatabase;
import org.bactrian.saga.Refused;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A participant that knows nothing but docs/participant.md, and runs the SQL of that page. */
class RecipeIT {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path migrations;

    @SuppressWarnings("NullAway.Init")
    private static HikariDataSource database;

    @SuppressWarnings("NullAway.Init")
    private static List<String> page;

    private final AtomicInteger work = new AtomicInteger();
    private ForeignParticipant participant;

    @BeforeAll
    static void createTable() throws IOException {
        page = ForeignParticipant.sqlOf(Path.of("docs/participant.md"));
        Files.writeString(migrations.resolve("V1__barrier.sql"), page.get(0));
        database = TestDatabase.migrated(migrations.toString());
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @BeforeEach
    void begin() {
        participant = new ForeignParticipant(database, page, UUID.randomUUID());
    }

    @Test
    void askedTwice_worksOnceAndAnswersAlike() {
        assertThat(participant.call("action", this::count)).isEqualTo("done 1");
        assertThat(participant.call("action", this::count)).isEqualTo("done 1");
        assertThat(participant.call("completion", this::count)).isEqualTo("done 2");
        assertThat(participant.call("completion", this::count)).isEqualTo("done 2");
        assertThat(participant.call("compensation", this::count)).isEqualTo("contradiction");
        assertThat(participant.rows()).isEqualTo("action applied, completion applied");
    }

    @Test
    void undone_isNotDoneAgain() {
        participant.call("action", this::count);

        assertThat(participant.call("compensation", this::count)).isEqualTo("done 2");
        assertThat(participant.call("compensation", this::count)).isEqualTo("done 2");
        assertThat(participant.call("action", this::count)).isEqualTo("refused: undone before it was done");
        assertThat(participant.call("completion", this::count)).isEqualTo("contradiction");
        assertThat(participant.rows()).isEqualTo("action applied, compensation applied");
    }

    @Test
    void undoneBeforeDone_isRemembered() {
        assertThat(participant.call("compensation", this::count)).isEqualTo("done null");
        assertThat(participant.call("action", this::count)).isEqualTo("refused: undone before it was done");
        assertThat(participant.call("compensation", this::count)).isEqualTo("done null");
        assertThat(work).hasValue(0);
        assertThat(participant.rows()).isEqualTo("action nothing, compensation nothing");
    }

    @Test
    void refused_isRefusedAgainAndHasNothingToUndo() {
        assertThat(participant.call("action", this::refuse)).isEqualTo("refused: no");
        assertThat(participant.call("action", this::count)).isEqualTo("refused: no");
        assertThat(participant.call("compensation", this::count)).isEqualTo("done null");
        assertThat(work).hasValue(0);
        assertThat(participant.rows()).isEqualTo("action refused, compensation nothing");
    }

    @Test
    void compensationWhileTheActionRuns_waitsAndThenUndoes() throws Exception {
        var acting = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        var pool = Executors.newFixedThreadPool(2);
        Future<String> action = pool.submit(() -> participant.call("action", () -> {
            acting.countDown();
            await(go);
            return count();
        }));
        await(acting);
        Future<String> compensation = pool.submit(() -> participant.call("compensation", this::count));
        participant.awaitBlocked();
        go.countDown();

        assertThat(action.get()).isEqualTo("done 1");
        assertThat(compensation.get()).isEqualTo("done 2");
        pool.shutdown();
        assertThat(participant.rows()).isEqualTo("action applied, compensation applied");
    }

    private String count() {
        return String.valueOf(work.incrementAndGet());
    }

    private String refuse() {
        throw new Refused("no");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
