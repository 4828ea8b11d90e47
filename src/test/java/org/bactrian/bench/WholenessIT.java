package org.bactrian.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.util.List;
import org.bactrian.participants.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The check that a fast but wrong system would not pass. */
class WholenessIT {
    private static final long END = 21;
    private static final long ORDERS = 20;

    private final HikariDataSource database = TestDatabase.migrated("routes/participants/order");
    private final Wholeness wholeness = new Wholeness(database);
    private final PlainJdbc plain = new PlainJdbc(database, 1);

    @BeforeEach
    void work() throws Exception {
        Participant.createTables(database);
        for (long order = 1; order < END; order++) {
            plain.run(order);
        }
    }

    @AfterEach
    void close() {
        plain.close();
    }

    @Test
    void everyOrderDoneOrUndone_allAreWhole() {
        assertThat(wholeness.whole(1, END)).isEqualTo(ORDERS);
        assertThat(wholeness.whole(2, END - 1)).as("two are not asked for").isEqualTo(ORDERS - 2);
    }

    @Test
    void halfOfAnOrder_isNotWhole() {
        for (String half : List.of(
                "DELETE FROM inventory.effect WHERE order_id = 1",
                "UPDATE payment.effect SET status = 'UNDONE' WHERE order_id = 2",
                "UPDATE ordering.effect SET status = 'DONE' WHERE order_id = 10",
                "INSERT INTO shipping.effect VALUES (20, 'DONE')")) {
            long before = wholeness.whole(1, END);

            JdbcClient.create(database).sql(half).update();

            assertThat(wholeness.whole(1, END)).as(half).isEqualTo(before - 1);
        }
    }
}
