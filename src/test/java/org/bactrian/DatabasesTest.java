package org.bactrian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.impl.DefaultCamelContext;
import org.bactrian.embedded.CannotStart;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which databases there are. */
class DatabasesTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path home;

    private Settings settings(String databases) {
        var context = new DefaultCamelContext();
        context.getPropertiesComponent().addOverrideProperty("databases", databases);
        return new Settings(context, home);
    }

    private void migration(String file) throws IOException {
        Path path = home.resolve("routes/participants").resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, "SELECT 1;");
    }

    @Test
    void notConfigured_theSagaLogsAndOneForEachFolderWithAMigration() throws IOException {
        migration("payment/V1__payment.sql");
        migration("payment/V2__more.sql");
        migration("loyalty/V1.1__loyalty.sql");
        migration("mail/mail.camel.yaml");
        migration("notes/schema.sql");
        migration("V1__lost.sql");

        assertThat(Databases.names(settings(""))).containsExactly("saga", "loyalty", "payment");
    }

    @Test
    void noParticipants_theSagaLogsOnly() {
        assertThat(Databases.names(settings(""))).containsExactly("saga");
    }

    @Test
    void configured_asConfigured() throws IOException {
        migration("payment/V1__payment.sql");

        assertThat(Databases.names(settings("saga, stock"))).containsExactly("saga", "stock");
    }

    @Test
    void configuredWithoutTheSagaLog_isRefused() {
        assertThatThrownBy(() -> Databases.names(settings("stock")))
                .isInstanceOf(CannotStart.class)
                .hasMessage("databases must list 'saga', the saga log's; is [stock]");
    }
}
