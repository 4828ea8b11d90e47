package org.bactrian.log;

import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.support.SQLStateSQLExceptionTranslator;

/** What is to be done about a batch that the database did not acknowledge. */
enum SqlFailure {
    /** It was rolled back because of others: send it again. */
    AGAIN,
    /** It was rolled back because of a row that will never be taken. */
    BAD_ROW,
    /** It may have been committed or not, and the database may be away. */
    UNKNOWN;

    private static final Set<String> AGAIN_STATES = Set.of("40001", "40P01");
    private static final Set<String> BAD_CLASSES = Set.of("22", "23", "54"); // 54: too long for an index

    static SqlFailure of(SQLException error) {
        String state = error.getSQLState();
        if (state == null || state.length() != 5) {
            return UNKNOWN;
        } else if (AGAIN_STATES.contains(state)) {
            return AGAIN;
        }
        return BAD_CLASSES.contains(state.substring(0, 2)) ? BAD_ROW : UNKNOWN;
    }

    /** As the rest of the application sees errors of the database. */
    static DataAccessException translated(String task, SQLException error) {
        @Nullable DataAccessException known = new SQLStateSQLExceptionTranslator().translate(task, null, error);
        return known == null ? new UncategorizedSQLException(task, null, error) : known;
    }
}
