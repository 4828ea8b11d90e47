package org.bactrian.embedded;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;

/** Creates a role and its databases where they are missing. The connection is a superuser's; its owner closes it. */
record Databases(Connection connection) {
    private static final String ROLE_EXISTS = "SELECT 1 FROM pg_roles WHERE rolname = ?";
    private static final String DATABASE_EXISTS = "SELECT 1 FROM pg_database WHERE datname = ?";

    /**
     * @param owner a lowercase identifier, as are the databases
     * @param password hexadecimal digits
     */
    void create(String owner, String password, Collection<String> databases) throws SQLException {
        // Neither statement takes parameters: the names are checked, the password is ours.
        if (isMissing(ROLE_EXISTS, owner)) {
            execute("CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(identifier(owner), password));
        }
        for (String database : databases) {
            if (isMissing(DATABASE_EXISTS, database)) {
                execute("CREATE DATABASE %s OWNER %s".formatted(identifier(database), identifier(owner)));
            }
        }
    }

    private boolean isMissing(String query, String name) throws SQLException {
        try (var statement = connection.prepareStatement(query)) {
            statement.setString(1, name);
            try (var rows = statement.executeQuery()) {
                return !rows.next();
            }
        }
    }

    private void execute(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /**
     * The name quoted, because {@code order} is a word of SQL.
     *
     * @throws CannotStart if it is none that can be a database's
     */
    static String identifier(String name) {
        if (!name.matches("[a-z][a-z0-9_]{0,62}")) {
            throw new CannotStart(
                    "A database's name must be lowercase letters, digits and _, at most 63; is '%s'. Mend it in config/application.properties."
                            .formatted(name));
        }
        return '"' + name + '"';
    }
}
