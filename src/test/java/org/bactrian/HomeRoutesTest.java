package org.bactrian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.apache.camel.impl.DefaultCamelContext;
import org.bactrian.embedded.CannotStart;
import org.bactrian.lint.Finding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which route files are looked at. */
class HomeRoutesTest {
    private static final String CALLER = "- route: {id: caller, from: {uri: 'timer:x', steps: [{to: 'direct:%s'}]}}";
    private static final String CALLED =
            "- route: {id: called, from: {uri: 'direct:called', steps: [{log: {message: x}}]}}";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path home;

    @Test
    void routesFromTwoFolders_anEditOfOneIsLookedAtWithTheOther() throws IOException {
        Path caller = write("routes/caller.camel.yaml", CALLER.formatted("called"));
        write("routes/gone.camel.yaml", CALLER.formatted("nowhere"));
        write("more/called.camel.yaml", CALLED);

        assertThat(HomeRoutes.findings(settings(), Map.of(caller, CALLER.formatted("called"))))
                .isEmpty();
        assertThat(HomeRoutes.findings(settings(), Map.of(caller, CALLER.formatted("calld"))))
                .singleElement()
                .extracting(Finding::wrong)
                .isEqualTo("direct:calld: no route consumes from there.");
    }

    @Test
    void mountedFolder_everyFileIsReadOnceUnderTheNameThatWasAsked() throws IOException {
        write("mount/..1/called.camel.yaml", CALLED);
        Path mount = home.resolve("mount");
        Files.createSymbolicLink(mount.resolve("..data"), Path.of("..1"));
        Files.createSymbolicLink(mount.resolve("called.camel.yaml"), Path.of("..data/called.camel.yaml"));
        Path link = Files.createSymbolicLink(home.resolve("link"), mount);

        assertThat(HomeRoutes.below(mount, HomeRoutes.ROUTES)).containsOnlyKeys(mount.resolve("called.camel.yaml"));
        assertThat(HomeRoutes.below(link, HomeRoutes.ROUTES)).containsOnlyKeys(link.resolve("called.camel.yaml"));
    }

    @Test
    void commentIsNoUtf8_theFileIsReadAsCamelReadsIt() throws IOException {
        Path file = write("called.camel.yaml", "");
        Files.write(file, ("# caf\u00e9\n" + CALLED).getBytes(StandardCharsets.ISO_8859_1));

        assertThat(HomeRoutes.below(home, HomeRoutes.ROUTES)).containsEntry(file, "# caf\ufffd\n" + CALLED);
    }

    @Test
    void folderCannotBeRead_isSaid() throws IOException {
        Path folder = Files.createDirectory(home.resolve("locked"));
        Files.setPosixFilePermissions(folder, Set.of());
        assumeThat(Files.isReadable(folder)).as("root reads everything").isFalse();

        assertThatThrownBy(() -> HomeRoutes.below(home, HomeRoutes.ROUTES))
                .isInstanceOf(CannotStart.class)
                .hasMessage("the folder %s cannot be read: there is no permission to read %s".formatted(home, folder));
    }

    private Path write(String file, String text) throws IOException {
        Path path = home.resolve(file);
        Files.createDirectories(path.getParent());
        return Files.writeString(path, text);
    }

    private Settings settings() {
        var context = new DefaultCamelContext(false);
        var properties = context.getPropertiesComponent();
        properties.addOverrideProperty(
                "camel.main.routesIncludePattern",
                "file:%1$s/routes/**/*.camel.yaml,file:%1$s/more/*.camel.yaml".formatted(home));
        context.build();
        return new Settings(context, home);
    }
}
