package org.bactrian.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class YourOwnDocsTest {

    @Test
    void everyFileOfTheExample_isShownAsItIs() throws IOException {
        assertThat(YourOwn.shownFiles()).isEqualTo(YourOwn.files());
    }
}
