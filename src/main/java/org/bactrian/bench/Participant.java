package org.bactrian.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;
import org.bactrian.saga.Refused;

/**
 * One participant of the work, at its barest: its step is one INSERT into a schema of its own, its undoing one UPDATE.
 * Shipping refuses every tenth order.
 */
final class Participant {
    /** In the order of their steps; the second and the third work in parallel. */
    static final List<String> NAMES = List.of("ordering", "inventory", "payment", "shipping");

    private static final String LAST = "shipping";
    static final int REFUSED_EVERY = 10;

    private final DataSource database;
    private final boolean refuses;
    private final String insert;
    private final String undo;

    Participant(String name, DataSource database) {
        this.database = database;
        this.refuses = name.equals(LAST);
        this.insert = "INSERT INTO %s.effect (order_id, status) VALUES (?, 'DONE')".formatted(name);
        this.undo = "UPDATE %s.effect SET status = 'UNDONE' WHERE order_id = ?".formatted(name);
    }

    static void createTables(DataSource database) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            for (String name : NAMES) {
                statement.execute("CREATE SCHEMA " + name);
                statement.execute(
                        "CREATE TABLE %s.effect (order_id bigint PRIMARY KEY, status text NOT NULL)".formatted(name));
            }
        }
    }

    /** Whether the work ends undone. */
    static boolean isRefused(long order) {
        return order % REFUSED_EVERY == 0;
    }

    /** @throws Refused if the participant does not do this one */
    void act(long order) throws SQLException {
        if (refuses && isRefused(order)) {
            throw new Refused("order %d cannot be shipped".formatted(order));
        }
        execute(insert, order);
    }

    void undo(long order) throws SQLException {
        execute(undo, order);
    }

    private void execute(String sql, long order) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, order);
            statement.executeUpdate();
        }
    }
}
