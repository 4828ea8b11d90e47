package org.bactrian.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bactrian.camel.Yaml.PARTICIPANT;
import static org.bactrian.camel.Yaml.pipeline;
import static org.bactrian.camel.Yaml.step;

import com.zaxxer.hikari.HikariDataSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.bactrian.camel.Mortal.End;
import org.bactrian.log.LogText;
import org.bactrian.participants.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Router after router is killed while one saga runs: it is held to be the cause, unless it comes further or waits. */
class ClaimsIT {
    /** Of each test its own: routers take over what others left. */
    private final HikariDataSource database = TestDatabase.migrated("src/main/resources/db/migration");

    private final List<Runnable> ends = new ArrayList<>();
    private final CountDownLatch never = new CountDownLatch(1);

    @AfterEach
    void stop() {
        never.countDown();
        ends.forEach(Runnable::run);
        database.close();
    }

    @Test
    void anActionKillsItsRouterAgainAndAgain_theSagaIsParkedAtTheFifthClaim() {
        String saga = run(router -> router.submit("x"), PARTICIPANT);
        for (int claim = 1; claim <= 4; claim++) {
            assertThat(claims(saga)).isEqualTo(claim - 1);
            run(router -> saga, PARTICIPANT);
        }
        TestRouter last = router(new Mortal(database, Integer.MAX_VALUE, End.AT_ONCE), PARTICIPANT);

        last.assertLogContains(saga, "saga: payload, parked");
        assertThat(LogText.of(database, saga))
                .startsWith("STARTED [parked] it kills its router: 5 processes")
                .contains("a: begun" + ", attempt (interrupted)".repeat(4) + "\n");
        assertThat(last.calls).isEmpty();
    }

    @Test
    void routersAreKilledWhileItWaits_itIsNotHeldAgainstIt() {
        String saga = run(router -> router.submit("x"), PARTICIPANT, "to: 'await:a:action'");
        for (int claim = 1; claim <= 6; claim++) {
            run(
                    router -> {
                        Awaitility.await().until(() -> claims(saga) == 0);
                        return saga;
                    },
                    PARTICIPANT,
                    "to: 'await:a:action'");
        }
        TestRouter last =
                router(new Mortal(database, Integer.MAX_VALUE, End.AT_ONCE), PARTICIPANT, "to: 'await:a:action'");

        last.signal(saga, "a:action", "Done", "");

        last.assertLogContains(saga, "saga: payload, completed");
    }

    /** Each of them needs longer than what kills all of their routers. */
    @Test
    void othersAreBesideTheOneThatKillsItsRouter_onlyThatIsParkedAndTheyEnd() {
        var sagas = new ArrayList<String>();
        boolean isFirst = true;
        for (int claim = 0; claim <= 4; claim++) {
            var life = new Mortal(database, Integer.MAX_VALUE, End.AT_ONCE);
            TestRouter router = besides(life);
            for (int i = 0; isFirst && i < 4; i++) {
                sagas.add(router.submit(i == 3 ? "poison" : "good"));
            }
            isFirst = false;
            Awaitility.await().atMost(30, TimeUnit.SECONDS).until(life::isDead);
        }
        TestRouter last = besides(new Mortal(database, Integer.MAX_VALUE, End.AT_ONCE));

        last.assertLogContains(sagas.get(3), "STARTED [parked] it kills its router: 5 processes");
        sagas.subList(0, 3).forEach(saga -> last.assertLogContains(saga, "COMPLETED"));
    }

    private TestRouter besides(Mortal life) {
        TestRouter router = TestRouter.unstarted(life);
        ends.add(() -> {
            router.abandon();
            life.close();
        });
        router.on("a action", exchange -> {
            if (exchange.getMessage().getBody(String.class).equals("poison")) {
                life.kill();
            } else {
                Thread.sleep(300);
            }
        });
        return router.with(pipeline("p", "to: 'direct:a'"), step("a", "timeout: 1m", PARTICIPANT))
                .start();
    }

    /** A router that lives until the step's action runs; one without a wait after it never ends it. */
    private String run(Function<TestRouter, String> until, String... action) {
        var life = new Mortal(database, Integer.MAX_VALUE, End.AT_ONCE);
        TestRouter router = router(life, action);
        String saga = until.apply(router);
        router.awaitCalls("a action");
        life.kill();
        return saga;
    }

    private TestRouter router(Mortal life, String... action) {
        TestRouter router = TestRouter.unstarted(life);
        ends.add(() -> {
            router.abandon();
            life.close();
        });
        if (action.length == 1) {
            router.on("a action", exchange -> TestRouter.pass(never));
        }
        return router.with(pipeline("p", "to: 'direct:a'"), step("a", "timeout: 1m", action))
                .start();
    }

    private int claims(String saga) {
        return JdbcClient.create(database)
                .sql("SELECT claims FROM saga WHERE saga_id = ?::uuid")
                .param(saga)
                .query(Integer.class)
                .single();
    }
}
