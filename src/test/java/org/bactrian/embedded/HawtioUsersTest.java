package org.bactrian.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HawtioUsersTest {
    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void chooseFile() {
        file = directory.resolve("data/hawtio.users");
    }

    @Test
    void firstLoad_makesOneUserWhosePasswordIsNotInTheFile() throws IOException {
        var users = HawtioUsers.load(file);

        var password = users.generatedPassword().orElseThrow();
        assertThat(password).hasSize(20);
        assertThat(Files.readString(file)).doesNotContain(password).contains("\nadmin:admin:600000:");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(users.authenticate("admin", password.toCharArray())).isPresent();
    }

    @Test
    void secondLoad_samePasswordAndNothingToShow() {
        var password = HawtioUsers.load(file).generatedPassword().orElseThrow();

        var users = HawtioUsers.load(file);

        assertThat(users.generatedPassword()).isEmpty();
        assertThat(users.authenticate("admin", password.toCharArray()))
                .hasValueSatisfying(user -> assertThat(user.role()).isEqualTo("admin"));
    }

    @Test
    void wrongPasswordOrUnknownName_isRefused() {
        var users = HawtioUsers.load(file);
        var password = users.generatedPassword().orElseThrow();

        assertThat(users.authenticate("admin", (password + "x").toCharArray())).isEmpty();
        assertThat(users.authenticate("admin", new char[0])).isEmpty();
        assertThat(users.authenticate("nobody", password.toCharArray())).isEmpty();
        assertThat(users.authenticate("Admin", password.toCharArray())).isEmpty();
    }

    @Test
    void wrongLines_complaintNamesEach() throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "# ours\nadmin:secret\n\nbob:admin:1000:AAAA:AAAA\n");

        assertThatThrownBy(() -> HawtioUsers.load(file))
                .isInstanceOf(CannotStart.class)
                .hasMessageContainingAll(file.toString(), "line 2", "line 4", "210000");
    }
}
