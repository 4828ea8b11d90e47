package org.bactrian.log;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * All that the log says of one saga, as a test asserts it: first line status and failure, then the saga's own records,
 * then each step's, in the order of their names. {@code begun} of a joined participant is {@code joined}; what an operator
 * is told to do is left out.
 */
public final class LogText {
    private static final ObjectMapper JSON = new ObjectMapper();

    private LogText() {}

    public static String of(DataSource database, String sagaId) {
        JdbcClient sql = JdbcClient.create(database);
        String head = sql.sql(
                        "SELECT concat_ws(' ', status, failure, '[parked] ' || parked) FROM saga WHERE saga_id = ?::uuid")
                .param(sagaId)
                .query(String.class)
                .single();
        var lines = new TreeMap<String, String>();
        sql.sql("SELECT seq, kind, step, data FROM saga_record WHERE saga_id = ?::uuid ORDER BY seq")
                .param(sagaId)
                .query(row -> {
                    String step = row.getString("step");
                    lines.merge(
                            step == null ? "" : step,
                            said(row.getString("kind"), step, row.getBytes("data")),
                            (before, next) -> before + ", " + next);
                });
        return head.replaceFirst(" Mend the participant, then POST .*", "") + "\n"
                + lines.entrySet().stream()
                        .map(line -> (line.getKey().isEmpty() ? "saga" : line.getKey()) + ": " + line.getValue() + "\n")
                        .collect(Collectors.joining());
    }

    /** What {@code saga_step} folds: a line for each step, in the order of their begin. */
    public static String steps(DataSource database, String sagaId) {
        return String.join(
                "",
                JdbcClient.create(database).sql("""
                        SELECT concat_ws(' ', step, status, attempts, callback_attempts, CASE WHEN joined THEN 'joined' END, failure)
                        FROM saga_step WHERE saga_id = ?::uuid ORDER BY place""").param(sagaId).query(String.class).list().stream()
                        .map(line -> line + "\n")
                        .toList());
    }

    private static String said(String kind, @Nullable String step, byte @Nullable [] data) {
        JsonNode json = data == null ? JSON.missingNode() : parse(data);
        if (kind.equals("begun")) {
            return json.path("joined").asBoolean() ? "joined" : "begun";
        }
        if (kind.equals("failed") || kind.equals("aborting")) {
            return kind + " (" + json.path("text").asText() + ")";
        }
        if (kind.equals("operator")) {
            return json.path("word").asText() + " (" + json.path("reason").asText() + ")";
        }
        if (kind.equals("attempt") && json.has("lastError")) {
            return kind + " (" + json.path("lastError").asText() + ")";
        }
        if (step != null && json.path("attempt").asInt() > 1) {
            return "%s %d (%s)"
                    .formatted(
                            kind,
                            json.path("attempt").asInt(),
                            json.path("lastError").asText());
        }
        return kind;
    }

    private static JsonNode parse(byte[] data) {
        try {
            return JSON.readTree(data);
        } catch (IOException e) {
            throw new IllegalStateException("a record must be JSON", e);
        }
    }
}
