package org.bactrian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.bactrian.embedded.CannotStart;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretFilesTest {
    @TempDir
    Path directory;

    @Test
    void fileNamed_setsTheKeyToItsContentWithoutTheLineBreak() throws IOException {
        Path file = Files.writeString(directory.resolve("saga"), "s3cret\n");

        var secrets =
                SecretFiles.read(Map.of("DATABASE_SAGA_PASSWORD_FILE", file.toString(), "LOG_FILE", "x", "HOME", "y"));

        assertThat(secrets).isEqualTo(Map.of("database.saga.password", "s3cret"));
    }

    @Test
    void fileMissing_namesVariableAndFile() {
        assertThatThrownBy(() -> SecretFiles.read(Map.of("KAFKA_PASSWORD_FILE", "/nowhere/x")))
                .isInstanceOf(CannotStart.class)
                .hasMessageContainingAll("KAFKA_PASSWORD_FILE", "/nowhere/x");
    }

    @Test
    void setBothWays_isRefused() {
        assertThatThrownBy(() -> SecretFiles.read(Map.of("KAFKA_PASSWORD", "a", "KAFKA_PASSWORD_FILE", "/nowhere/x")))
                .isInstanceOf(CannotStart.class)
                .hasMessageContaining("keep one");
    }
}
