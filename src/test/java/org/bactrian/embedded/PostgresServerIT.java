package org.bactrian.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class PostgresServerIT {
    private static final List<String> DATABASES = List.of("router", "order");

    @TempDir
    Path directory;

    private Path folder;

    @BeforeEach
    void chooseFolder() {
        folder = directory.resolve("postgresql");
    }

    @Test
    void startedAgainOnAnotherPort_dataAreThere() throws SQLException {
        try (var server = start();
                var connection = connect(server, "order")) {
            execute(connection, "CREATE TABLE kept AS SELECT 42 AS answer");
        }
        try (var server = start();
                var connection = connect(server, "order")) {
            assertThat(query(connection, "SELECT answer FROM kept")).isEqualTo("42");
        }
    }

    @Test
    void databaseAddedLater_isCreated() throws SQLException {
        start().close();
        try (var server = PostgresServer.start(folder, 0, List.of("router", "order", "payment"));
                var connection = connect(server, "payment")) {
            assertThat(query(connection, "SELECT current_database()")).isEqualTo("payment");
        }
    }

    @Test
    void closedWithClientsInTransactions_endsSoonAndLeavesNothingBehind() throws SQLException {
        var server = start();
        try (var connection = connect(server, "order")) {
            connection.setAutoCommit(false);
            execute(connection, "CREATE TABLE lost (id int)");
            var postmaster = postmaster();
            var begun = System.nanoTime();

            server.close();

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(3));
            assertThat(Postmaster.of(data())).isEmpty();
            assertThat(postmaster.serves()).isFalse();
        }
    }

    @Test
    void jvmKilled_nextStartEndsItsPostgresAndHasWhatItCommitted() throws Exception {
        var port = Ports.free();
        try (var killed = ForkedJvm.start(Committer.class, folder.toString(), Integer.toString(port))) {
            var orphan = postmaster();
            killed.kill();
            assertThat(orphan.serves()).isTrue();

            try (var server = PostgresServer.start(folder, port, DATABASES);
                    var connection = connect(server, "order")) {
                assertThat(postmaster().process().pid())
                        .isNotEqualTo(orphan.process().pid());
                assertThat(Postmaster.of(data())).isPresent();
                assertThat(query(connection, "SELECT answer FROM committed")).isEqualTo("42");
            }
        }
    }

    @Test
    void jvmKilled_freshDataFolderEndsItsPostgres() throws Exception {
        try (var killed = ForkedJvm.start(Committer.class, folder.toString(), "0")) {
            Files.writeString(directory.resolve(DataFolder.LOCK_FILE), "");
            var orphan = postmaster();
            killed.kill();

            try (var fresh = DataFolder.openFresh(directory)) {
                assertThat(orphan.serves()).isFalse();
                assertThat(fresh.path().resolve("postgresql")).doesNotExist();
            }
        }
    }

    @Test
    void pidOfTheFileBelongsToAnotherProgramNow_thatOneIsLeftAlone() throws IOException, SQLException {
        start().close();
        Files.writeString(
                data().resolve(Postmaster.PID_FILE),
                "%d%n%s%n".formatted(ProcessHandle.current().pid(), data()));

        try (var server = start();
                var connection = connect(server, "order")) {
            assertThat(query(connection, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void firstStartWasCutOff_isBegunAgain() throws IOException, SQLException {
        Files.createDirectories(data().resolve("base"));
        Files.writeString(data().resolve("postgresql.conf"), "half of i");
        Files.writeString(folder.resolve("unfinished"), "");

        try (var server = start();
                var connection = connect(server, "order")) {
            assertThat(query(connection, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void passwordFileLost_dataAreKeptAndTheComplaintSaysWhatIsMissing() throws IOException {
        start().close();
        Files.delete(folder.resolve("password"));

        assertThatThrownBy(this::start).isInstanceOf(CannotStart.class).hasMessageContaining("password is missing");
        assertThat(data().resolve("PG_VERSION")).exists();
    }

    @Test
    void portInUse_complaintNamesTheKey() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> PostgresServer.start(folder, taken.getLocalPort(), DATABASES))
                    .isInstanceOf(CannotStart.class)
                    .hasMessageContainingAll(Integer.toString(taken.getLocalPort()), PostgresServer.PORT_KEY);
        }
    }

    @Test
    void databaseNameThatSqlWouldMisread_isRefused() {
        assertThatThrownBy(() -> PostgresServer.start(folder, 0, List.of("order\" --")))
                .isInstanceOf(CannotStart.class)
                .hasMessageContaining("order\" --");
    }

    private PostgresServer start() {
        return PostgresServer.start(folder, 0, DATABASES);
    }

    private Path data() {
        return folder.resolve("data");
    }

    private Postmaster postmaster() {
        return Postmaster.of(data()).orElseThrow();
    }

    private static Connection connect(PostgresServer server, String database) throws SQLException {
        return DriverManager.getConnection(server.url(database), server.user(), server.password());
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String query(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }

    /** Commits a row and waits to be killed. */
    static final class Committer {
        public static void main(String[] arguments) throws SQLException, InterruptedException {
            var server = PostgresServer.start(Path.of(arguments[0]), Integer.parseInt(arguments[1]), DATABASES);
            try (var connection = connect(server, "order")) {
                execute(connection, "CREATE TABLE committed AS SELECT 42 AS answer");
            }
            ForkedJvm.readyForever();
        }
    }
}
