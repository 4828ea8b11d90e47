package org.bactrian.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bactrian.scenario.OrderBuilder.anOrder;

import java.nio.file.Files;
import org.bactrian.RunningApplication;
import org.bactrian.embedded.Browser;
import org.bactrian.embedded.HawtioPages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The order pipeline as a person sees it in Hawtio. */
@ExtendWith(RunningApplication.Extension.class)
class HawtioDiagramIT {

    @Test
    void loggedIn_orderPipelineIsDrawnWithItsSteps(RunningApplication application) throws Exception {
        new Client(application).place(anOrder());
        try (var browser = Browser.start()) {
            var pages = new HawtioPages(browser, application.hawtioPort());

            pages.logIn("admin", application.hawtioPassword()).openRouteDiagram("order-pipeline");

            assertThat(Files.size(browser.screenshot("order-pipeline"))).isPositive();
            assertThat(pages.diagram())
                    .anySatisfy(node -> assertThat(node).contains("(ID: call-create-order)"))
                    .anySatisfy(node -> assertThat(node).contains("(ID: call-reserve-inventory)"))
                    .anySatisfy(node -> assertThat(node).contains("(ID: call-authorize-payment)"))
                    .anySatisfy(node -> assertThat(node).contains("(ID: call-fulfil-order)"));
        }
    }
}
