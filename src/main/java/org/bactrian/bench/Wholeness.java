package org.bactrian.bench;

import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Whether every order is all done or all undone, as it must be, in the participants' tables. */
final class Wholeness {
    private static final String WHOLE = """
            SELECT count(*) FROM ordering.effect o
            LEFT JOIN inventory.effect i USING (order_id)
            LEFT JOIN payment.effect p USING (order_id)
            LEFT JOIN shipping.effect s USING (order_id)
            WHERE order_id >= :first AND order_id < :last
                AND CASE WHEN order_id % :refused = 0
                    THEN o.status = 'UNDONE' AND i.status = 'UNDONE' AND p.status = 'UNDONE' AND s.order_id IS NULL
                    ELSE o.status = 'DONE' AND i.status = 'DONE' AND p.status = 'DONE' AND s.status = 'DONE' END
            """;

    private final JdbcClient database;

    Wholeness(DataSource database) {
        this.database = JdbcClient.create(database);
    }

    /** How many of the orders from the first, inclusive, to the last, exclusive, are whole. */
    long whole(long first, long last) {
        return database.sql(WHOLE)
                .param("refused", Participant.REFUSED_EVERY)
                .param("first", first)
                .param("last", last)
                .query(Long.class)
                .single();
    }
}
