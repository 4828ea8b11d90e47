package org.bactrian.fault;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.bactrian.scenario.Client;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Everything that one order has left behind, as text: its saga's records, each participant's part and barrier, and the books. */
public final class Ledger {
    private static final List<String> STEPS = List.of(
            "",
            "create-order",
            "reserve-inventory",
            "authorize-payment",
            "fulfil-order",
            "arrange-shipment",
            "issue-invoice");

    private final Client client;
    private final Function<String, JdbcClient> databases;

    /** @param databases by name */
    public Ledger(Client client, Function<String, JdbcClient> databases) {
        this.client = client;
        this.databases = databases;
    }

    public String of(String orderId, String sku, long customer) {
        JsonNode order = client.json("/api/orders/" + orderId);
        String saga = order.get("sagaId").textValue();
        return log(saga)
                + Stream.of(Participant.values())
                        .map(participant -> part(participant, order, saga))
                        .collect(joining())
                + books(sku, customer);
    }

    /**
     * A line for the saga and for each step. How often an action was asked again depends on time: all further attempts
     * are one {@code again}. What a step that has succeeded answers when it is asked once more is left out.
     */
    private String log(String saga) {
        Map<String, String> kinds = databases
                .apply("saga")
                .sql("""
                        SELECT coalesce(step, '') AS step, string_agg(kind, ' ' ORDER BY seq) AS kinds
                        FROM saga_record WHERE saga_id = CAST(:saga AS uuid) GROUP BY step
                        """)
                .param("saga", saga)
                .query((row, number) -> Map.entry(row.getString("step"), row.getString("kinds")))
                .list()
                .stream()
                .collect(toMap(Map.Entry::getKey, Map.Entry::getValue));
        return STEPS.stream()
                .filter(kinds::containsKey)
                .map(step -> "%s: %s%n".formatted(step.isEmpty() ? "saga" : step, folded(kinds.getOrDefault(step, ""))))
                .collect(joining());
    }

    static String folded(String kinds) {
        return kinds.replaceAll("( failed)?( attempt( failed(?= attempt))?)+", " again")
                .replaceAll("(?<= succeeded)( again| succeeded| failed)+", "");
    }

    private String part(Participant participant, JsonNode order, String saga) {
        JsonNode part = order.get(participant.part());
        String barrier = databases
                .apply(participant.database())
                .sql("""
                        SELECT string_agg(call || ' ' || outcome, ', ' ORDER BY call) FROM saga_barrier
                        WHERE saga_id = CAST(:saga AS uuid)
                        """)
                .param("saga", saga)
                .query(String.class)
                .optional()
                .map(rows -> ", " + rows)
                .orElse("");
        return "%s: %s%s%n".formatted(participant.part(), part.path("status").asText(part.asText()), barrier);
    }

    private String books(String sku, long customer) {
        JsonNode stock = client.json("/inventory/stock/" + sku);
        JsonNode account = client.json("/payment/customers/" + customer);
        return "stock: %d available, %d reserved, %d sold%ncustomer: %d authorized, %d captured%n"
                .formatted(
                        stock.get("available").longValue(),
                        stock.get("reserved").longValue(),
                        stock.get("sold").longValue(),
                        account.get("authorized").longValue(),
                        account.get("captured").longValue());
    }
}
