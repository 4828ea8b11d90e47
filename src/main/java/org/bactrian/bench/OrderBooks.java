package org.bactrian.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Whether the saga log and every participant have all of an order, or nothing. */
final class OrderBooks {
    private static final String NUMBER = "substring(%s FROM 7)::bigint";
    private static final String STOCK = """
            INSERT INTO stock (sku, available)
            SELECT 'bench-' || n, 1000000000 FROM generate_series(0, :last) n ON CONFLICT DO NOTHING
            """;

    private final Function<String, DataSource> databases;

    /** @param databases the saga log's and the participants', by name */
    OrderBooks(Function<String, DataSource> databases) {
        this.databases = databases;
    }

    /** So many that orders do not wait for each other's. */
    void stock(int skus) {
        JdbcClient.create(databases.apply("inventory"))
                .sql(STOCK)
                .param("last", skus - 1)
                .update();
    }

    /** Of the orders from the first, inclusive, to the last, exclusive. */
    boolean areWhole(long first, long last) {
        long refused = (last - 1) / Participant.REFUSED_EVERY - (first - 1) / Participant.REFUSED_EVERY;
        long done = last - first - refused;
        return count("saga", "saga", "business_key", first, last).equals(counts("COMPLETED", done, "ABORTED", refused))
                && count("order", "purchase_order", "order_id", first, last)
                        .equals(counts("APPROVED", done, "CANCELLED", refused))
                && count("inventory", "reservation", "order_id", first, last)
                        .equals(counts("CONFIRMED", done, "RELEASED", refused))
                && count("payment", "payment_authorization", "order_id", first, last)
                        .equals(counts("CAPTURED", done, "VOIDED", refused))
                && count("shipping", "shipment", "order_id", first, last).equals(counts("ARRANGED", done, "", 0))
                && count("invoicing", "invoice", "order_id", first, last).equals(counts("ISSUED", done, "", 0));
    }

    private Map<String, Long> count(String database, String table, String key, long first, long last) {
        var counts = new LinkedHashMap<String, Long>();
        JdbcClient.create(databases.apply(database))
                .sql(
                        "SELECT status, count(*) FROM %1$s WHERE %2$s LIKE 'bench-%%' AND %3$s >= :first AND %3$s < :last GROUP BY 1"
                                .formatted(table, key, NUMBER.formatted(key)))
                .param("first", first)
                .param("last", last)
                .query((row, n) -> counts.put(row.getString(1), row.getLong(2)))
                .list();
        return counts;
    }

    private static Map<String, Long> counts(String status, long count, String other, long otherCount) {
        var counts = new LinkedHashMap<String, Long>();
        if (count > 0) {
            counts.put(status, count);
        }
        if (otherCount > 0) {
            counts.put(other, otherCount);
        }
        return counts;
    }
}
