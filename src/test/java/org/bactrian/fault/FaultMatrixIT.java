package org.bactrian.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.bactrian.scenario.OrderBuilder.anOrder;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.awaitility.core.ConditionTimeoutException;
import org.bactrian.scenario.Client;
import org.bactrian.scenario.OrderBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every fault at every participant, all at once in one application: each order has a customer and a sku of its own, so
 * that what one combination leaves behind is known to the last unit.
 */
@TestInstance(Lifecycle.PER_CLASS)
class FaultMatrixIT {
    private static final Duration LONGEST = Duration.ofSeconds(100);
    private static final long FIRST_CUSTOMER = 10_000;

    private final Map<Combination, Case> cases = new LinkedHashMap<>();

    @SuppressWarnings("NullAway.Init")
    private TroubledApplication application;

    private long end;

    private record Case(OrderBuilder order, long customer, String sku, Script script) {}

    @BeforeAll
    void runAll() throws IOException {
        // who joined is given little time to act: two combinations stand still for so long
        // and a record that was not done with comes again from Kafka
        application = new TroubledApplication(Map.of("saga.stepLimit", "5s", "inbox.outageRetries", "0"));
        var switchboard = new Switchboard(new OrderIds(application.sql("saga")));
        for (Combination combination : combinations()) {
            Case each = prepared(combination);
            cases.put(combination, each);
            switchboard.add(each.order().id(), each.script());
        }
        application.awaitBalance();
        application.disturb(switchboard, switchboard::of);
        end = System.nanoTime() + LONGEST.toNanos();
        // a consumer that fails leaves its group and joins it anew, which two that wait for each other would hold up
        run(combination -> combination.fault() == Fault.IS_ASKED_TWICE_AT_ONCE);
        run(combination -> combination.fault() != Fault.IS_ASKED_TWICE_AT_ONCE);
        patiently(() -> application.unfinished().isEmpty()
                && cases.values().stream().allMatch(each -> each.script().holding() == 0));
    }

    /** Places the orders of these combinations together and waits until their sagas have ended. */
    private void run(Predicate<Combination> which) {
        var client = new Client(application.application());
        var placed = new HashSet<String>();
        cases.forEach((combination, each) -> {
            if (which.test(combination)) {
                placed.add(each.order().id());
                assertThat(client.post(each.order().toString(), "Content-Type", "application/json")
                                .statusCode())
                        .isEqualTo(202);
            }
        });
        patiently(() -> ended().containsAll(placed));
    }

    @AfterAll
    void stop() throws IOException {
        if (application != null) {
            application.close();
        }
        System.out.printf("fault matrix: %d combinations%n", cases.size());
    }

    static List<Combination> combinations() {
        return Combination.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("combinations")
    void sagaEndsAsDesigned_andEveryBookIsExact(Combination combination) {
        Case each = Objects.requireNonNull(cases.get(combination));
        assertThat(new Ledger(new Client(application.application()), application::sql)
                        .of(each.order().id(), each.sku(), each.customer()))
                .as("%s, order %s, %s"
                        .formatted(combination, each.order().id(), each.script().troubles()))
                .isEqualTo(combination.expected().toString());
        assertThat(each.script().troubles()).isEmpty();
    }

    @Test
    void nothingIsLeftOnItsWay_andNothingWasGivenUp() throws Exception {
        assertThat(application.unfinished()).isEmpty();
        assertThat(application.buried()).isZero();
    }

    private Case prepared(Combination combination) {
        int number = cases.size();
        long customer = FIRST_CUSTOMER + number;
        String sku = "M-" + number;
        application
                .sql("inventory")
                .sql("INSERT INTO stock (sku, available) VALUES (:sku, 10)")
                .param("sku", sku)
                .update();
        if (combination.isUninvoiced()) {
            application
                    .sql("invoicing")
                    .sql("INSERT INTO uninvoiced_customer VALUES (:customer)")
                    .param("customer", customer)
                    .update();
        }
        return new Case(anOrder().by(customer).of(sku, 2), customer, sku, combination.script());
    }

    /** Tells the scripts whose sagas have ended, or never will; answers all of these. */
    private Set<String> ended() {
        var ended = new HashSet<>(application
                .sql("saga")
                .sql("SELECT business_key FROM saga WHERE ended_at IS NOT NULL OR parked IS NOT NULL")
                .query(String.class)
                .list());
        cases.values().stream()
                .filter(each -> ended.contains(each.order().id()))
                .forEach(each -> each.script().ended().complete(null));
        return ended;
    }

    /** What does not come to its end in time, which is the same for all, is told by the tests. */
    private void patiently(Callable<Boolean> condition) {
        try {
            await().atMost(Duration.ofNanos(Math.max(1, end - System.nanoTime())))
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(100))
                    .until(condition);
        } catch (ConditionTimeoutException e) {
            System.out.println("fault matrix: " + e.getMessage());
        }
    }
}
