package org.bactrian.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    @TempDir
    Path directory;

    private Path path;

    @BeforeEach
    void chooseFolder() {
        path = directory.resolve("deep/data");
    }

    @Test
    void missing_isMadeForItsOwnerAlone() throws IOException {
        try (var folder = DataFolder.open(path)) {
            assertThat(folder.path()).isEqualTo(path.toRealPath());
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void openedAgainAfterClose_contentIsKept() throws IOException {
        try (var folder = DataFolder.open(path)) {
            Files.writeString(folder.path().resolve("kept"), "x");
        }
        try (var folder = DataFolder.open(path)) {
            assertThat(folder.path().resolve("kept")).exists();
        }
    }

    @Test
    void heldByAnotherProcess_complaintNamesItsPid() throws Exception {
        try (var holder = ForkedJvm.start(Holder.class, path.toString())) {
            assertThatThrownBy(() -> DataFolder.open(path))
                    .isInstanceOf(CannotStart.class)
                    .hasMessageContainingAll(
                            path.toString(), "process " + holder.process().pid());
            assertThatThrownBy(() -> DataFolder.openFresh(path)).isInstanceOf(CannotStart.class);

            holder.kill();
            DataFolder.open(path).close();
        }
    }

    @Test
    void aFileIsInTheWay_complaintNamesIt() throws IOException {
        Files.writeString(directory.resolve("deep"), "x");

        assertThatThrownBy(() -> DataFolder.open(path))
                .isInstanceOf(CannotStart.class)
                .hasMessageContainingAll(path.toString(), "cannot be written");
    }

    @Test
    void notWritable_complaintNamesIt() throws IOException {
        Files.createDirectories(
                path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r-x------")));
        assumeFalse(Files.isWritable(path), "root may write everywhere");

        assertThatThrownBy(() -> DataFolder.open(path))
                .isInstanceOf(CannotStart.class)
                .hasMessageContainingAll(path.toString(), "permission denied");
    }

    @Test
    void someoneElsesFiles_areLeftAlone() throws IOException {
        Files.createDirectories(path);
        Files.writeString(path.resolve("thesis.txt"), "x");

        assertThatThrownBy(() -> DataFolder.open(path)).isInstanceOf(CannotStart.class);
        assertThatThrownBy(() -> DataFolder.openFresh(path))
                .isInstanceOf(CannotStart.class)
                .hasMessageContaining("not Bactrian's");
        assertThat(path).isDirectoryContaining("glob:**/thesis.txt");
    }

    @Test
    void fresh_everythingInsideIsGoneAndNothingThatLinksPointTo() throws IOException {
        var outside = Files.writeString(
                Files.createDirectory(directory.resolve("outside")).resolve("kept"), "x");
        try (var folder = DataFolder.open(path)) {
            Files.createDirectories(folder.path().resolve("kafka/topic-0"));
            Files.writeString(folder.path().resolve("kafka/topic-0/log"), "x");
            Files.createSymbolicLink(folder.path().resolve("link"), outside.getParent());
            Files.createSymbolicLink(folder.path().resolve("dangling"), Path.of("nowhere"));
        }

        try (var folder = DataFolder.openFresh(path)) {
            assertThat(folder.path()).isDirectoryNotContaining(file -> !file.endsWith(DataFolder.LOCK_FILE));
        }
        assertThat(outside).exists();
    }

    @Test
    void freshOnAMissingFolder_isMade() {
        try (var folder = DataFolder.openFresh(path)) {
            assertThat(folder.path()).isDirectory();
        }
    }

    /** Holds the folder until it is killed. */
    static final class Holder {
        public static void main(String[] arguments) throws InterruptedException {
            DataFolder.open(Path.of(arguments[0]));
            ForkedJvm.readyForever();
        }
    }
}
