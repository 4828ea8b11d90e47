package org.bactrian;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.camel.impl.DefaultCamelContext;
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
