package org.bactrian.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MergedObjectsTest {
    private final CamelContext context = new DefaultCamelContext();
    private final MergedObjects merging = new MergedObjects();

    @Test
    void everyBranchAnswersAnObject_allMembersAreInOne() {
        Exchange merged = merging.aggregate(null, branch("{\"order\": {\"status\": \"PENDING\"}}"));
        merged = merging.aggregate(merged, branch("{\"payment\": null}"));
        merged = merging.aggregate(merged, branch("{\"invoice\": {\"unavailable\": \"why\"}}"));

        assertThat(merged.getMessage().getBody())
                .isEqualTo(
                        "{\"order\":{\"status\":\"PENDING\"},\"payment\":null,\"invoice\":{\"unavailable\":\"why\"}}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no json", "[1]", "7", ""})
    void aBranchAnswersAnythingElse_thatIsSaid(String answer) {
        Exchange merged = merging.aggregate(null, branch("{}"));

        assertThatThrownBy(() -> merging.aggregate(merged, branch(answer)))
                .isInstanceOf(RuntimeCamelException.class)
                .hasMessageContaining("every branch must answer a JSON object");
    }

    private Exchange branch(String body) {
        var exchange = new DefaultExchange(context);
        exchange.getMessage().setBody(body);
        return exchange;
    }
}
