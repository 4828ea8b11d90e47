package org.bactrian.barrier;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.bactrian.saga.Refused;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

/** docs/participant.md, followed by the letter for one step of one saga. */
final class ForeignParticipant {
    private static final Pattern SQL = Pattern.compile("```sql\n(.*?)```", Pattern.DOTALL);
    private static final String STEP = "award-points";

    private final NamedParameterJdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final List<String> page;
    private final UUID saga;

    /** @param page the page's SQL: table, claim, look (two statements), record an action, record another call */
    ForeignParticipant(DataSource database, List<String> page, UUID saga) {
        this.jdbc = new NamedParameterJdbcTemplate(database);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(database));
        this.page = page;
        this.saga = saga;
    }

    static List<String> sqlOf(Path page) throws IOException {
        return SQL.matcher(Files.readString(page))
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    /** {@code done} with the answer, {@code refused:} with the reason, or {@code contradiction}. */
    String call(String call, Supplier<String> work) {
        return Objects.requireNonNull(transaction.execute(status -> {
            boolean first = !call.equals("completion") && claim(call);
            return decide(call, first ? Map.of() : look(), work, status);
        }));
    }

    /** Each call with its outcome. */
    String rows() {
        return jdbc
                .query(
                        "SELECT call, outcome FROM saga_barrier WHERE saga_id = :sagaId ORDER BY call",
                        parameters(),
                        (row, number) -> row.getString("call") + " " + row.getString("outcome"))
                .stream()
                .collect(joining(", "));
    }

    /** Returns once a transaction waits for another one's lock. */
    void awaitBlocked() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> Boolean.TRUE.equals(jdbc.queryForObject(
                        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
                                + " AND wait_event_type = 'Lock')",
                        Map.of(),
                        Boolean.class)));
    }

    private boolean claim(String call) {
        String first = call.equals("action") ? "applied" : "nothing";
        return jdbc.update(page.get(1), parameters().addValue("first", first)) == 1;
    }

    private Map<String, Row> look() {
        String[] statements = page.get(2).split("(?<=;)\n", 2);
        jdbc.query(statements[0], parameters(), row -> {});
        var found = new HashMap<String, Row>();
        jdbc.query(statements[1], parameters(), row -> {
            found.put(row.getString("call"), new Row(row.getString("outcome"), row.getString("answer")));
        });
        return found;
    }

    private String decide(String call, Map<String, Row> found, Supplier<String> work, TransactionStatus status) {
        Row action = found.get("action");
        boolean applied = action != null && action.outcome().equals("applied");
        return switch (call) {
            case "action" -> action == null ? act(work, status) : again(action, found.containsKey("compensation"));
            case "compensation" -> other(call, found, "completion", applied, work, true);
            default -> other(call, found, "compensation", applied, work, false);
        };
    }

    private String act(Supplier<String> work, TransactionStatus status) {
        Object claimed = status.createSavepoint();
        try {
            String answer = work.get();
            record(3, "action", "applied", answer);
            return "done " + answer;
        } catch (Refused refused) {
            status.rollbackToSavepoint(claimed);
            record(3, "action", "refused", refused.reason());
            return "refused: " + refused.reason();
        }
    }

    private static String again(Row action, boolean compensated) {
        if (compensated || action.outcome().equals("nothing")) {
            return "refused: undone before it was done";
        }
        return action.outcome().equals("refused") ? "refused: " + action.answer() : "done " + action.answer();
    }

    private String other(
            String call,
            Map<String, Row> found,
            String opposite,
            boolean applied,
            Supplier<String> work,
            boolean skip) {
        Row recorded = found.get(call);
        if (found.containsKey(opposite) || (recorded == null && !applied && !skip)) {
            return "contradiction";
        }
        if (recorded != null) {
            return "done " + recorded.answer();
        }
        String answer = applied ? work.get() : null;
        record(4, call, applied ? "applied" : "nothing", answer);
        return "done " + answer;
    }

    private void record(int statement, String call, String outcome, @Nullable String answer) {
        int rows = jdbc.update(
                page.get(statement),
                parameters().addValue("call", call).addValue("outcome", outcome).addValue("answer", answer));
        if (rows != 1) {
            throw new IllegalStateException("the record of the %s must be one row, is %d".formatted(call, rows));
        }
    }

    private MapSqlParameterSource parameters() {
        return new MapSqlParameterSource("sagaId", saga).addValue("step", STEP);
    }

    private record Row(String outcome, @Nullable String answer) {}
}
