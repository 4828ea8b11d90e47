package org.bactrian.log;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Sets a statement's parameters one after another; a column of rows is an array for {@code unnest}. */
final class Columns {
    private final PreparedStatement statement;
    private final Connection connection;
    private int next = 1;

    Columns(PreparedStatement statement) throws SQLException {
        this.statement = statement;
        this.connection = statement.getConnection();
    }

    Columns value(Object value) throws SQLException {
        statement.setObject(next++, value);
        return this;
    }

    <R> Columns uuids(List<R> rows, Function<R, UUID> cell) throws SQLException {
        return column("uuid", rows, cell, UUID[]::new);
    }

    <R> Columns texts(List<R> rows, Function<R, @Nullable String> cell) throws SQLException {
        return column("text", rows, cell, String[]::new);
    }

    <R> Columns bytes(List<R> rows, Function<R, byte @Nullable []> cell) throws SQLException {
        return column("bytea", rows, cell, byte[][]::new);
    }

    <R> Columns longs(List<R> rows, Function<R, @Nullable Long> cell) throws SQLException {
        return column("int8", rows, cell, Long[]::new);
    }

    <R> Columns integers(List<R> rows, Function<R, Integer> cell) throws SQLException {
        return column("int4", rows, cell, Integer[]::new);
    }

    <R> Columns flags(List<R> rows, Function<R, Boolean> cell) throws SQLException {
        return column("bool", rows, cell, Boolean[]::new);
    }

    private <R, C> Columns column(
            String type, List<R> rows, Function<R, ? extends @Nullable C> cell, IntFunction<C[]> array)
            throws SQLException {
        statement.setArray(
                next++, connection.createArrayOf(type, rows.stream().map(cell).toArray(array)));
        return this;
    }

    /** An aggregate over no rows is NULL. */
    static <T> Set<T> set(@Nullable Array array, Class<T> type) throws SQLException {
        return new HashSet<>(list(array, type));
    }

    static <T> List<T> list(@Nullable Array array, Class<T> type) throws SQLException {
        return array == null
                ? List.of()
                : List.of((Object[]) array.getArray()).stream().map(type::cast).toList();
    }
}
