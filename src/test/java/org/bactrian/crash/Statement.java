package org.bactrian.crash;

import static java.util.stream.Collectors.joining;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.bactrian.fault.Ledger;
import org.bactrian.scenario.Client;
import org.springframework.jdbc.core.simple.JdbcClient;

/** All that there is of one order, as text: its {@link Ledger}, the signals, and in which order what was undone. */
final class Statement {
    /** Who joins between two routers says it by signals; in which life that is, is chance. */
    static final String JOINS = "record/%";

    private final Function<String, JdbcClient> databases;

    /** @param databases by name */
    Statement(Function<String, JdbcClient> databases) {
        this.databases = databases;
    }

    String of(Placed order, Client client) {
        String ledger = Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .ignoreException(
                        IllegalStateException
                                .class) // the machine is busy: a question that was not answered is asked again
                .until(
                        () -> new Ledger(client, databases).of(order.id(), order.sku(), order.customer()),
                        found -> true);
        return ledger
                + "signals: "
                + all(
                        order,
                        "SELECT concat_ws(' ', name, type) FROM saga_signal WHERE saga_id = :saga AND name NOT LIKE '"
                                + JOINS + "' ORDER BY name")
                + "\nundone: " + undone(order) + "\n";
    }

    /** A line {@code step: kinds} for each step that has begun. */
    String log(Placed order) {
        return String.join(
                "\n",
                list(
                        order,
                        "SELECT step || ': ' || string_agg(kind, ' ' ORDER BY seq) FROM saga_record WHERE saga_id = :saga AND step IS NOT NULL GROUP BY step"));
    }

    /** Else the steps, as they were undone. */
    private String undone(Placed order) {
        List<String> begun = steps(order, "begun", "DESC");
        List<String> undone = steps(order, "compensated", "ASC");
        return undone.isEmpty() ? "nothing" : undone.equals(begun) ? "in reverse" : undone + " of " + begun;
    }

    private List<String> steps(Placed order, String kind, String direction) {
        return list(
                order,
                "SELECT step FROM saga_record WHERE saga_id = :saga AND step IS NOT NULL AND kind = '%s' ORDER BY seq %s"
                        .formatted(kind, direction));
    }

    private String all(Placed order, String query) {
        return list(order, query).stream().collect(joining(", "));
    }

    private List<String> list(Placed order, String query) {
        return databases
                .apply(Stores.LOG)
                .sql(query.replace(":saga", "(SELECT saga_id FROM saga_key WHERE business_key = :order)"))
                .param("order", order.id())
                .query(String.class)
                .list();
    }
}
