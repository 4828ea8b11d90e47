package org.bactrian.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bactrian.camel.Yaml.parallel;
import static org.bactrian.camel.Yaml.pipeline;
import static org.bactrian.camel.Yaml.step;

import com.zaxxer.hikari.HikariDataSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.bactrian.camel.Mortal.End;
import org.bactrian.log.LogText;
import org.bactrian.participants.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A process is killed after each of a saga's records, and the next one goes on: what was recorded is not done again, what
 * was begun without an outcome is another attempt under the same idempotency key, the end is the same.
 */
class CrashIT {
    private static final HikariDataSource DATABASE = TestDatabase.migrated("src/main/resources/db/migration");
    private static final int MORE_THAN_ANY_SAGA_HAS = 100;
    private static final String COMPLETED = """
            COMPLETED
            saga: payload, completing, completed
            a: begun, succeeded, completing, completed
            b: begun, succeeded, completing, completed
            c: begun, succeeded, completing, completed
            d: begun, succeeded, completing, completed
            """;
    private static final String ABORTED = """
            ABORTED d refused: no
            saga: payload, aborting (d refused: no), aborted
            a: begun, succeeded, compensating, compensated
            b: begun, succeeded, compensating, compensated
            c: begun, succeeded, compensating, compensated
            d: begun, failed (refused: no), compensating, compensated
            """;

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void killedAfterEachRecordOfACompletedSaga_itCompletes(End end) {
        assertThat(crashAfterEachRecord(end, "completed " + end, COMPLETED, router -> {}))
                .as("all but, at most, the last four completions, which may be written with the end")
                .isBetween(14, 19);
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void killedAfterEachRecordOfARefusedSaga_allIsUndoneInReverse(End end) {
        assertThat(crashAfterEachRecord(end, "refused " + end, ABORTED, router -> router.refuses("d action", "no")))
                .as("all but, at most, the last compensation, which may be written with the end")
                .isBetween(17, 19);
    }

    /** Returns how many records there were to crash after. */
    private static int crashAfterEachRecord(End end, String key, String baseline, Consumer<TestRouter> answers) {
        for (int last = 1; last < MORE_THAN_ANY_SAGA_HAS; last++) {
            if (!crashAfter(new Mortal(DATABASE, last, end), key + last, baseline, answers)) {
                return last - 1;
            }
        }
        throw new AssertionError("the saga never ended before its process did");
    }

    /** Returns false if the saga ended before the process did. */
    private static boolean crashAfter(Mortal life, String key, String baseline, Consumer<TestRouter> answers) {
        TestRouter first = TestRouter.unstarted(life).start();
        answers.accept(first);
        first.with(routes());
        first.submitUnanswered(key, "order");
        Awaitility.await()
                .pollInterval(5, TimeUnit.MILLISECONDS)
                .until(() ->
                        life.isDead() || !sagas(key, "ended_at IS NOT NULL").isEmpty());
        boolean crashed = life.isDead() || life.isDue(); // it may have ended in its last breath
        life.kill();
        String saga = sagas(key, "true").get(0);
        String left = LogText.of(DATABASE, saga);
        TestRouter second = TestRouter.unstarted(DATABASE);
        answers.accept(second);
        second.with(routes()).start();
        try {
            second.assertLog(saga, continued(baseline, left));
            second.awaitSettled();
            assertThat(second.keys)
                    .as("after %s", left)
                    .containsExactlyInAnyOrderElementsOf(toBeCalled(saga, baseline, left));
            assertThat(first.keys).doesNotHaveDuplicates().allMatch(call -> call.startsWith(saga));
            assertThat(undone(saga)).as("after %s", left).isEqualTo(reverse(begun(saga), baseline));
        } finally {
            second.close();
            first.abandon();
            life.close();
        }
        return crashed;
    }

    private static String[] routes() {
        return new String[] {
            pipeline("p", "to: 'direct:a'", parallel("to: 'direct:b'", "to: 'direct:c'"), "to: 'direct:d'"),
            step("a"),
            step("b"),
            step("c"),
            step("d")
        };
    }

    /** The baseline, with another attempt wherever one was open in what the killed process left. */
    private static String continued(String baseline, String left) {
        Map<String, List<String>> found = lines(left);
        var text = new StringBuilder(baseline.lines().findFirst().orElseThrow() + "\n");
        lines(baseline).forEach((step, records) -> {
            List<String> done = found.getOrDefault(step, List.of());
            var all = new ArrayList<>(records);
            if (!step.equals("saga") && !done.isEmpty()) {
                String last = done.get(done.size() - 1);
                if (last.equals("begun")) {
                    all.add(done.size(), "attempt (interrupted)");
                } else if (last.equals("completing") || last.equals("compensating")) {
                    all.add(done.size(), last + " 2 (interrupted)");
                }
            }
            text.append(step).append(": ").append(String.join(", ", all)).append("\n");
        });
        return text.toString();
    }

    /** Every action and callback whose outcome the killed process did not leave, once each. */
    private static List<String> toBeCalled(String saga, String baseline, String left) {
        Map<String, List<String>> found = lines(left);
        var calls = new ArrayList<String>();
        lines(baseline).forEach((step, records) -> {
            List<String> done = found.getOrDefault(step, List.of());
            if (!step.equals("saga") && done.size() < 2) {
                calls.add("%s %s action".formatted(saga, step));
            }
            if (!step.equals("saga") && done.size() < records.size()) {
                calls.add("%s %s %s"
                        .formatted(saga, step, records.contains("completed") ? "completion" : "compensation"));
            }
        });
        return calls;
    }

    private static Map<String, List<String>> lines(String log) {
        return log.lines()
                .skip(1)
                .map(line -> line.split(": ", 2))
                .collect(Collectors.toMap(
                        part -> part[0], part -> Arrays.asList(part[1].split(", ")), (a, b) -> a, LinkedHashMap::new));
    }

    private static List<String> reverse(List<String> begun, String baseline) {
        if (!baseline.startsWith("ABORTED")) {
            return List.of();
        }
        var reversed = new ArrayList<>(begun);
        Collections.reverse(reversed);
        return reversed;
    }

    private static List<String> begun(String saga) {
        return steps(saga, "begun");
    }

    private static List<String> undone(String saga) {
        return steps(saga, "compensated");
    }

    private static List<String> steps(String saga, String kind) {
        return JdbcClient.create(DATABASE)
                .sql("SELECT step FROM saga_record WHERE saga_id = ?::uuid AND kind = ? ORDER BY seq")
                .params(saga, kind)
                .query(String.class)
                .list();
    }

    private static List<String> sagas(String key, String condition) {
        return JdbcClient.create(DATABASE)
                .sql("SELECT saga_id::text FROM saga WHERE business_key = ? AND " + condition)
                .param(key)
                .query(String.class)
                .list();
    }
}
