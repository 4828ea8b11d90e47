package org.bactrian.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Hawtio as a person sees it, over a small Camel. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class HawtioBrowserIT {
    private static final String ROUTES = """
            - route:
                id: check-stock
                description: Says whether there is enough.
                from:
                  uri: direct:check-stock
                  steps:
                    - choice:
                        when:
                          - simple: "${body} > 10"
                            steps:
                              - setBody: {constant: "enough"}
                        otherwise:
                          steps:
                            - to: direct:order-more
            - route:
                id: order-more
                from:
                  uri: direct:order-more
                  steps:
                    - setBody: {constant: "later"}
            """;

    @TempDir
    Path directory;

    private Main camel;

    @BeforeEach
    void startCamel() throws Exception {
        Files.writeString(directory.resolve("stock.camel.yaml"), ROUTES);
        camel = new Main();
        camel.configure().withRoutesIncludePattern("file:%s/*.camel.yaml".formatted(directory));
        camel.addInitialProperty("camel.main.jmxManagementRegisterRoutesCreateByKamelet", "true");
        camel.start();
    }

    @AfterEach
    void stopCamel() {
        camel.stop();
    }

    @Test
    void loggedIn_routeDiagramShowsStepsAndHowOftenTheyRan() throws IOException {
        try (var hawtio = HawtioServer.start("127.0.0.1", 0, directory.resolve("hawtio.users"));
                var browser = Browser.start();
                var template = camel.getCamelContext().createProducerTemplate()) {
            template.requestBody("direct:check-stock", 11);
            template.requestBody("direct:check-stock", 3);
            template.requestBody("direct:check-stock", 3);
            var pages = new HawtioPages(browser, hawtio.port());

            pages.logIn("admin", hawtio.generatedPassword().orElseThrow()).openRouteDiagram("check-stock");

            browser.screenshot("hawtio-route-diagram");
            assertThat(pages.diagram())
                    .anySatisfy(node -> assertThat(node).startsWith("0 3 From direct:check"))
                    .anySatisfy(node -> assertThat(node).startsWith("0 3 Choice"))
                    .anySatisfy(node -> assertThat(node).startsWith("0 1 Set Body: enough"))
                    .anySatisfy(node -> assertThat(node).startsWith("0 2 To direct:order"))
                    .noneSatisfy(node -> assertThat(node).contains("later"));
        }
    }
}
