package org.bactrian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import org.apache.camel.impl.DefaultCamelContext;
import org.assertj.core.util.Throwables;
import org.bactrian.embedded.CannotStart;
import org.bactrian.participants.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** What becomes of a participant's database at start. */
class DatabasesIT {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path home;

    private void open(HikariDataSource payment) {
        open(payment, databases -> {});
    }

    private void open(HikariDataSource payment, Consumer<Databases> then) {
        var context = new DefaultCamelContext();
        var properties = context.getPropertiesComponent();
        properties.addOverrideProperty("database.payment.url", payment.getJdbcUrl());
        properties.addOverrideProperty("database.poolSize", "2");
        properties.addOverrideProperty("database.connectTimeout", "5s");
        properties.addOverrideProperty("database.idleLimit", "300ms");
        try (var databases = new Databases()) {
            databases.open(new Settings(context, home), List.of("payment"));
            then.accept(databases);
        }
    }

    private void migration(String sql) throws IOException {
        Path folder = Files.createDirectories(home.resolve("routes/participants/payment"));
        Files.writeString(folder.resolve("V1__payment.sql"), sql);
    }

    @Test
    void first_itsOwnMigrationsThenTheTablesOfBarrierAndOutboxOnce() throws IOException {
        migration("CREATE TABLE payment (id int)");
        try (HikariDataSource payment = TestDatabase.migrated(home.toString())) {
            open(payment);
            open(payment);

            assertThat(new JdbcTemplate(payment).queryForList("""
                                    SELECT table_name FROM information_schema.tables
                                    WHERE table_schema = 'public' AND table_name NOT LIKE '%history' ORDER BY 1
                                    """, String.class))
                    .containsExactly("outbox", "payment", "saga_barrier");
        }
    }

    @Test
    void refusedBody_isNotQuotedInTheErrorThatIsLogged() throws IOException {
        migration("CREATE TABLE payment (id int)");
        try (HikariDataSource payment = TestDatabase.migrated(home.toString())) {
            open(payment, databases -> {
                var sql = new JdbcTemplate(
                        databases.participants().values().iterator().next());
                String body = "{\"cardToken\": \"tok-secret\" oops";

                assertThatThrownBy(() -> sql.queryForObject("SELECT CAST(? AS json)", String.class, body))
                        .hasStackTraceContaining("invalid input syntax for type json")
                        .satisfies(error ->
                                assertThat(Throwables.getStackTrace(error)).doesNotContain("tok-secret"));
            });
        }
    }

    @Test
    void transactionThatStandsStill_isUndoneAndItsLockIsFree() throws IOException {
        migration("CREATE TABLE payment (id int); INSERT INTO payment VALUES (1)");
        try (HikariDataSource payment = TestDatabase.migrated(home.toString())) {
            open(payment, databases -> {
                var pool = databases.participants().values().iterator().next();
                try (Connection hanging = pool.getConnection()) {
                    hanging.setAutoCommit(false);
                    hanging.createStatement().execute("UPDATE payment SET id = 2");

                    var other = new JdbcTemplate(pool);
                    other.setQueryTimeout(10);
                    assertThat(other.update("UPDATE payment SET id = 3 WHERE id = 1"))
                            .isOne();
                    assertThatThrownBy(hanging::commit).isInstanceOf(SQLException.class);
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
        }
    }

    @Test
    void migrationChangedAfterwards_isRefusedWithWhatToDo() throws IOException {
        migration("CREATE TABLE payment (id int)");
        try (HikariDataSource payment = TestDatabase.migrated(home.toString())) {
            open(payment);
            migration("CREATE TABLE payment (id bigint)");

            assertThatThrownBy(() -> open(payment))
                    .isInstanceOf(CannotStart.class)
                    .hasMessageContaining("database payment was made by other migrations than those in")
                    .hasMessageContaining("begin anew (./bactrian --fresh");
        }
    }
}
