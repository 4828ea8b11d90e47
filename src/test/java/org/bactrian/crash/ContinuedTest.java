package org.bactrian.crash;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ContinuedTest {
    private static final String UNDISTURBED = """
            saga: payload completing completed
            create-order: begun succeeded completing completed
            fulfil-order: begun succeeded
            arrange-shipment: begun succeeded
            """;

    @Test
    void whatHadAnOutcome_isNotAskedAgain() {
        assertThat(Continued.expected(UNDISTURBED, "create-order: begun succeeded\nfulfil-order: begun succeeded"))
                .isEqualTo(UNDISTURBED);
    }

    @Test
    void whatHadBegun_isAskedOnceMore() {
        assertThat(Continued.expected(UNDISTURBED, "create-order: begun succeeded completing\nfulfil-order: begun"))
                .contains(
                        "create-order: begun succeeded completing completing completed\n",
                        "fulfil-order: begun again succeeded\n");
    }

    @Test
    void howOftenWhoJoinedIsAsked_isLeftOpen() {
        assertThat(Continued.comparable("arrange-shipment: begun again succeeded\nfulfil-order: begun again succeeded"))
                .isEqualTo("arrange-shipment: begun succeeded\nfulfil-order: begun again succeeded\n");
        assertThat(Continued.expected(UNDISTURBED, "arrange-shipment: begun")).isEqualTo(UNDISTURBED);
    }
}
