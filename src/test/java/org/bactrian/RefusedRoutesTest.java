package org.bactrian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.bactrian.scenario.Homes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The start is refused, and nothing is begun, while routes would break what sagas guarantee. */
class RefusedRoutesTest {
    @TempDir
    Path home;

    @BeforeEach
    void installHome() throws Exception {
        Homes.install(home, Path.of("examples/choreographed"));
    }

    @Test
    void severalThingsAreWrong_allAreToldAtOnceAndNothingIsBegun() throws Exception {
        edit("order-pipeline.camel.yaml", "timeout: 60s", "timeout: 20s");
        edit("steps/fulfil-order.camel.yaml", "compensation: direct:nothing-to-undo", "completion: direct:nothing");

        assertRefused("[step-limits]", "[compensation]", "[nowhere]", "routes/order-pipeline.camel.yaml:11", "3 found");
    }

    @Test
    void fileIsNoRoute_theStartSaysWhere() throws Exception {
        edit("steps/fulfil-order.camel.yaml", "compensation:", "compensatoin:");

        assertRefused("routes/steps/fulfil-order.camel.yaml:13: ", "compensatoin");
    }

    private void assertRefused(String... words) {
        try (var application = new Application(home, null, false, new Properties())) {
            assertThatThrownBy(application::start)
                    .satisfies(error -> assertThat(Faults.sentence(error)).contains(words));
        }
        assertThat(home.resolve("data")).doesNotExist();
    }

    private void edit(String file, String before, String after) throws Exception {
        Path path = home.resolve("routes").resolve(file);
        String text = Files.readString(path);
        assertThat(text).containsOnlyOnce(before);
        Files.writeString(path, text.replace(before, after));
    }
}
