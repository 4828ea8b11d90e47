package org.bactrian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeTest {
    @TempDir
    Path elsewhere;

    @Test
    void homeIsSetFromOutsideToAnother_theStartIsRefused() throws Exception {
        Path home = Path.of("").toAbsolutePath();
        Files.createDirectories(elsewhere.resolve("routes"));
        System.setProperty(Bactrian.HOME, elsewhere.toString());
        try (var application = new Application(home, null, false, new Properties())) {
            assertThatThrownBy(application::start)
                    .satisfies(error -> assertThat(Faults.sentence(error))
                            .contains(home.toString(), elsewhere.toString(), "say --home"));
        } finally {
            System.clearProperty(Bactrian.HOME);
        }
    }
}
