package org.bactrian.camel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.bactrian.saga.Refused;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StageResultsTest {
    private final CamelContext context = new DefaultCamelContext();
    private final List<Exchange> branches = new ArrayList<>();

    @Test
    void allSucceed_resultsAreKeyedByStep() {
        branch("reserve", "{\"held\": 2}");
        branch("authorize", "\"auth-1\"");
        branch("note", "done, 1 2");
        branch("count", "12 pieces");
        branch("empty", "");

        Exchange stage = aggregated();

        assertThat(stage.getException()).isNull();
        assertThat(stage.getMessage().getBody(String.class))
                .isEqualTo("{\"reserve\":{\"held\":2},\"authorize\":\"auth-1\",\"note\":\"done, 1 2\","
                        + "\"count\":\"12 pieces\",\"empty\":null}");
        assertThat(stage.getMessage().getHeader(Exchange.CONTENT_TYPE)).isEqualTo("application/json");
    }

    @Test
    void severalFail_theFirstInBranchOrderIsThrown() {
        branch("a", "1");
        Exception first = failing("b", "first");
        failing("c", "second");
        branch("d", "4");

        Exchange stage = aggregated();

        assertThat(stage.getException()).isSameAs(first);
        assertThat(stage.getMessage().getBody(String.class)).isEqualTo("{\"a\":1,\"d\":4}");
    }

    @Test
    void theFirstBranchFails_itsFailureIsThrown() {
        Exception first = failing("a", "first");
        branch("b", "2");

        assertThat(aggregated().getException()).isSameAs(first);
    }

    @Test
    void branchWithoutAStep_isNamedByItsPlace() {
        branch(null, "1").setProperty(Exchange.MULTICAST_INDEX, 0);
        branch(null, "2").setProperty(Exchange.MULTICAST_INDEX, 1);

        assertThat(aggregated().getMessage().getBody(String.class)).isEqualTo("{\"branch-0\":1,\"branch-1\":2}");
    }

    private Exchange aggregated() {
        var strategy = new StageResults();
        Exchange stage = null;
        for (Exchange branch : branches) {
            stage = strategy.aggregate(stage, branch);
        }
        if (stage == null) {
            throw new IllegalStateException("a stage has branches");
        }
        strategy.onCompletion(stage);
        return stage;
    }

    private Exchange branch(@Nullable String step, String result) {
        var exchange = new DefaultExchange(context);
        exchange.getMessage().setBody(result.getBytes(UTF_8));
        exchange.setProperty(Properties.LAST_STEP, step);
        branches.add(exchange);
        return exchange;
    }

    private Exception failing(String step, String reason) {
        var refused = new Refused(reason);
        branch(step, "").setException(refused);
        return refused;
    }
}
