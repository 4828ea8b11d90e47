package org.bactrian.fault;

import static java.util.stream.Collectors.toMap;
import static org.bactrian.scenario.OrderBuilder.anOrder;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.bactrian.scenario.OrderBuilder;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Orders with numbers for ids, one in so many refused in different ways, and what has become of them. */
final class SoakOrders {
    private static final String PREFIX = "soak-";
    private static final long PRICE = 2499;
    private static final long FIRST_CUSTOMER = 4_700;
    private static final int CUSTOMERS = 8;

    private final Function<String, JdbcClient> databases;
    private final int refusals;
    private final AtomicInteger number = new AtomicInteger();
    private final Map<String, Long> quantities = new ConcurrentHashMap<>();

    /**
     * @param databases by name
     * @param refusals one in so many is refused
     */
    SoakOrders(Function<String, JdbcClient> databases, int refusals) {
        this.databases = databases;
        this.refusals = refusals;
    }

    /** The next one; its id is its number. */
    OrderBuilder next() {
        int now = number.getAndIncrement();
        long quantity = 1L + now % 3;
        OrderBuilder order = anOrder().by(FIRST_CUSTOMER + now % CUSTOMERS).of("A-1", quantity);
        order.json().put("orderId", PREFIX + now);
        return now % refusals == 0 ? refused(order, now / refusals) : order;
    }

    /** The next one that is not refused. */
    OrderBuilder nextGood() {
        OrderBuilder order = next();
        return isRefused(order.id()) ? next() : order;
    }

    void accepted(OrderBuilder order) {
        quantities.put(order.id(), order.json().at("/items/0/quantity").longValue());
    }

    private static OrderBuilder refused(OrderBuilder order, int number) {
        return switch (number % 6) {
            case 0 -> order.paidWith("tok-9999");
            case 1 -> order.by(456).of("A-1", 30);
            case 2 -> order.by(404);
            case 3 -> order.of("C-3", 1);
            case 4 -> order.shippedTo("XX");
            default -> order.by(666);
        };
    }

    int count() {
        return quantities.size();
    }

    long count(String condition) {
        return databases
                .apply("saga")
                .sql("SELECT count(*) FROM saga WHERE " + condition)
                .query(Long.class)
                .single();
    }

    /** The orders of which there is a key, a saga or a record, though they were not accepted. */
    List<String> unknown() {
        return databases.apply("saga").sql("""
                        SELECT business_key FROM saga_key UNION SELECT business_key FROM saga
                        UNION SELECT r.saga_id::text FROM saga_record r WHERE NOT EXISTS (SELECT FROM saga s WHERE s.saga_id = r.saga_id)""").query(String.class).list().stream()
                .filter(order -> !quantities.containsKey(order))
                .toList();
    }

    /** The orders that were accepted and ended otherwise than their number says, or not at all. */
    List<String> astray() {
        Map<String, String> sagas = texts("saga", "SELECT business_key, status FROM saga");
        return quantities.keySet().stream()
                .filter(order -> !(isRefused(order) ? "ABORTED" : "COMPLETED").equals(sagas.get(order)))
                .map(order -> "%s is %s".formatted(order, sagas.get(order)))
                .sorted()
                .toList();
    }

    private boolean isRefused(String order) {
        return Integer.parseInt(order.substring(PREFIX.length())) % refusals == 0;
    }

    /** The orders of which a participant holds another part than the end of the saga demands. */
    List<String> halves() {
        var halves = new ArrayList<String>();
        Map<String, String> sagas = texts("saga", "SELECT business_key, status FROM saga");
        for (Participant participant : Participant.values()) {
            Map<String, String> parts =
                    texts(participant.database(), "SELECT order_id, status FROM " + participant.table());
            for (String order : quantities.keySet()) {
                String end = String.valueOf(sagas.get(order));
                String part = String.valueOf(parts.get(order));
                boolean whole = end.equals("COMPLETED")
                        ? part.equals(participant.confirmed())
                        : end.equals("ABORTED") && (part.equals("null") || part.equals(participant.undone()));
                if (!whole) {
                    halves.add("%s is %s, %s is %s".formatted(order, end, participant.part(), part));
                }
            }
        }
        return halves;
    }

    /** As {@link #booksDue} says it. */
    String books() {
        return books(
                number("inventory", "SELECT sum(reserved) FROM stock"),
                number("inventory", "SELECT sum(sold) FROM stock"),
                number("inventory", "SELECT 1000000000 - available FROM stock WHERE sku = 'A-1'"),
                number("payment", "SELECT sum(authorized) FROM customer"),
                number("payment", "SELECT sum(captured) FROM customer"));
    }

    /** What the books must say: nothing is held, sold and captured is what the completed orders took. */
    String booksDue() {
        long sold = texts("saga", "SELECT business_key, status FROM saga WHERE status = 'COMPLETED'").keySet().stream()
                .mapToLong(order -> quantities.getOrDefault(order, 0L))
                .sum();
        return books(0, sold, sold, 0, sold * PRICE);
    }

    private static String books(long reserved, long sold, long gone, long authorized, long captured) {
        return "%d reserved, %d sold, %d gone of A-1, %d authorized, %d captured"
                .formatted(reserved, sold, gone, authorized, captured);
    }

    private long number(String database, String query) {
        return databases.apply(database).sql(query).query(Long.class).single();
    }

    private Map<String, String> texts(String database, String query) {
        return databases
                .apply(database)
                .sql(query)
                .query((row, line) -> Map.entry(row.getString(1), row.getString(2)))
                .list()
                .stream()
                .collect(toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
