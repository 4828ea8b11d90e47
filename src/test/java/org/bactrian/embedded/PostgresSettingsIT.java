package org.bactrian.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the embedded PostgreSQL promises its clients, asked of one that runs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PostgresSettingsIT {
    private PostgresServer server;

    @BeforeAll
    void start(@TempDir Path directory) {
        server = PostgresServer.start(directory, 0, List.of("order"));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "fsync, on",
        "synchronous_commit, on",
        "full_page_writes, on",
        "max_connections, 200",
        "listen_addresses, 127.0.0.1",
        "server_encoding, UTF8",
    })
    void setting_isAsPromised(String setting, String value) throws SQLException {
        assertThat(query("SHOW " + setting)).isEqualTo(value);
    }

    @Test
    void roleOfTheDatabases_ownsThemAndIsNoSuperuser() throws SQLException {
        assertThat(query("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))
                .isEqualTo("f");
        assertThat(query("SELECT datdba::regrole FROM pg_database WHERE datname = 'order'"))
                .isEqualTo(server.user());
    }

    @Test
    void wrongPassword_isRefused() {
        assertThatThrownBy(() -> DriverManager.getConnection(server.url("order"), server.user(), "wrong"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("password authentication failed");
        assertThatThrownBy(() -> DriverManager.getConnection(server.url("order"), "postgres", ""))
                .isInstanceOf(SQLException.class);
    }

    private String query(String sql) throws SQLException {
        try (var connection = DriverManager.getConnection(server.url("order"), server.user(), server.password());
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }
}
