package org.bactrian.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.bactrian.scenario.OrderBuilder.anOrder;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.apache.camel.Processor;
import org.bactrian.RunningApplication;
import org.bactrian.saga.Headers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Routes are edited while orders run through them. */
class LiveEditingIT {
    private static final Duration EFFECT = Duration.ofSeconds(3);
    private static final Duration END = Duration.ofSeconds(90);
    private static final String CREATE_ORDER = "steps/create-order.camel.yaml";
    private static final String POST = "- to: {uri: \"{{participant.order.url}}/order/orders\"";

    private static final String STEP_ERRORS = "errorHandlerRef: stepErrors\n    from:\n      uri: direct:cancel-order";

    @TempDir
    static Path folder;

    private static EditedHome home;
    private static Client client;
    private static JdbcClient log;
    private static final Set<String> seen = ConcurrentHashMap.newKeySet();

    @BeforeAll
    static void start() throws Exception {
        home = EditedHome.start(folder);
        RunningApplication application = home.application();
        client = new Client(application);
        log = JdbcClient.create(application.bean("sagaDatabase", DataSource.class));
        application.context().getRegistry().bind("seen", (Processor)
                exchange -> seen.add(exchange.getMessage().getHeader(Headers.SAGA_ID, String.class)));
    }

    @AfterAll
    static void stop() throws Exception {
        home.close();
    }

    @AfterEach
    void restore() throws Exception {
        LongCheck.END.drainPermits();
        home.restore();
        seen.clear();
        home.forgetLines();
    }

    @Test
    void stepIsEditedWithFiftyOrdersInFlight_theNextRunsOnItWithinThreeSecondsAndAllEnd() throws Exception {
        Books before = Books.of(client, 7);
        var waiting = place(10, 7);
        var running = place(3, 8);
        await().until(() -> count(waiting, "record.kind = 'begun' AND step = 'ask-person'") == 10);
        await().until(() -> count(running, "record.kind = 'begun' AND step = 'long-check'") == 3);
        var others = place(37, 9);
        var all = new ArrayList<>(waiting);
        all.addAll(running);
        all.addAll(others);
        try (var health = new WatchedHealth()) {
            assertThat(unended(all)).as("in flight").isEqualTo(50);

            home.edit(CREATE_ORDER, POST, "- process: {ref: seen}\n              " + POST);
            long saved = System.nanoTime();
            Duration took = untilAnOrderIsSeen(saved);

            assertThat(took).isLessThan(EFFECT);
            assertThat(unended(all)).isGreaterThanOrEqualTo(10);
            LongCheck.END.release();
            approve(waiting);
            await().atMost(END).until(() -> unended(all) == 0);
            assertThat(health.failures()).isEmpty();
        }
        assertThat(statuses(all)).containsOnly(Map.entry("COMPLETED", 50L));
        assertThat(seen).containsAll(ids(waiting));
        assertThat(Books.of(client, 7))
                .extracting(Books::reserved, Books::authorized, Books::captured)
                .containsExactly(0L, 0L, before.captured() + 10 * 4998);
        assertThat(home.awaitLine("Reloaded create-order")).startsWith("INFO");
    }

    /** Every kind of fault, with where it is and what is said of it. */
    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of("id: create-order", "id: [create-order", 4, "expected ',' or ']'"),
                Arguments.of("compensation:", "compensatoin:", 11, "compensatoin"),
                Arguments.of(
                        "id: cancel-order", "id: void-payment", 18, "'void-payment' in line 18 of authorize-payment"),
                Arguments.of(
                        "direct:cancel-order\n      steps:", "nothing:cancel\n      steps:", 23, "nothing://cancel"),
                Arguments.of(
                        "participant.order.url}}/order/orders\"", "no.such.key}}/order/orders\"", 16, "no.such.key"),
                Arguments.of(STEP_ERRORS, STEP_ERRORS.replace("stepErrors", "noErrors"), 21, "noErrors"),
                Arguments.of(
                        "direct:approve-order\n      steps:",
                        "direct:cancel-order\n      steps:",
                        9,
                        "direct:approve-order: no route consumes from there."),
                Arguments.of(
                        "- to: {uri: \"{{participant.order.url}}/order/orders\"",
                        "- to: {uri: \"kafka:order.event\"}\n              - to: {uri: \"{{participant.order.url}}/order/orders\"",
                        16,
                        "kafka:order.event gets the saga's message without a key"));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void fileIsBroken_oneLineSaysWhereAndTheRoutesFromBeforeRun(String before, String after, int line, String fault)
            throws Exception {
        home.forgetLines();
        home.edit(CREATE_ORDER, before, after);

        String said = home.awaitLine(CREATE_ORDER);

        assertThat(said)
                .startsWith("WARN routes/" + CREATE_ORDER + ":")
                .contains(fault)
                .doesNotContain("\n");
        assertThat(said).startsWith("WARN routes/" + CREATE_ORDER + ":" + line + ":");
        assertThat(home.warnings()).hasSize(1);
        assertThat(Client.json(client.place(anOrder())).get("status").textValue())
                .isEqualTo("COMPLETED");
        assertThat(home.health()).startsWith("200").contains("UP");
    }

    private static Duration untilAnOrderIsSeen(long since) {
        while (System.nanoTime() - since < TimeUnit.SECONDS.toNanos(30)) {
            long placed = System.nanoTime();
            var answer = Client.json(client.post(anOrder().toString(), "Content-Type", "application/json"));
            String id = answer.get("sagaId").textValue();
            await().atMost(END).until(() -> seen.contains(id) || hasStep(id, "create-order", "succeeded"));
            if (seen.contains(id)) {
                return Duration.ofNanos(placed - since);
            }
        }
        throw new AssertionError("no order ran on the edited step; live editing said " + home.lines());
    }

    private static boolean hasStep(String id, String step, String kind) {
        return log.sql("SELECT count(*) FROM saga_record WHERE saga_id = ?::uuid AND step = ? AND kind = ?")
                        .params(id, step, kind)
                        .query(Long.class)
                        .single()
                > 0;
    }

    private static List<OrderBuilder> place(int number, long customer) {
        var orders = new ArrayList<OrderBuilder>();
        for (int i = 0; i < number; i++) {
            var order = anOrder().by(customer);
            assertThat(client.post(order.toString(), "Content-Type", "application/json")
                            .statusCode())
                    .isEqualTo(202);
            orders.add(order);
        }
        return orders;
    }

    private static void approve(List<OrderBuilder> orders) {
        var template = home.application().context().createFluentProducerTemplate();
        for (String id : ids(orders)) {
            template.to("signal:ask-person:action")
                    .withHeader(Headers.SAGA_ID, id)
                    .withHeader(Headers.MESSAGE_TYPE, "Approved")
                    .withBody("{}")
                    .send();
        }
    }

    private static List<String> ids(List<OrderBuilder> orders) {
        return log.sql("SELECT saga_id::text FROM saga WHERE business_key = ANY (string_to_array(:keys, ','))")
                .param("keys", keys(orders))
                .query(String.class)
                .list();
    }

    private static long unended(List<OrderBuilder> orders) {
        return log.sql(
                        "SELECT count(*) FROM saga WHERE business_key = ANY (string_to_array(:keys, ',')) AND ended_at IS NULL AND parked IS NULL")
                .param("keys", keys(orders))
                .query(Long.class)
                .single();
    }

    private static long count(List<OrderBuilder> orders, String condition) {
        return log.sql(
                        "SELECT count(*) FROM saga JOIN saga_record record USING (saga_id) WHERE business_key = ANY (string_to_array(:keys, ',')) AND "
                                + condition)
                .param("keys", keys(orders))
                .query(Long.class)
                .single();
    }

    private static Map<String, Long> statuses(List<OrderBuilder> orders) {
        var statuses = new java.util.TreeMap<String, Long>();
        log.sql(
                        "SELECT status || coalesce(' parked: ' || parked, '') AS status FROM saga WHERE business_key = ANY (string_to_array(:keys, ','))")
                .param("keys", keys(orders))
                .query(String.class)
                .list()
                .forEach(status -> statuses.merge(status, 1L, Long::sum));
        return statuses;
    }

    private static String keys(List<OrderBuilder> orders) {
        return String.join(",", orders.stream().map(OrderBuilder::id).toList());
    }

    /** Asks for the health all the time. */
    private static final class WatchedHealth implements AutoCloseable {
        private final AtomicBoolean over = new AtomicBoolean();
        private final List<String> failures = Collections.synchronizedList(new ArrayList<>());
        private final ExecutorService thread = Executors.newSingleThreadExecutor();
        private final Future<?> watching = thread.submit(this::watch);

        private Void watch() throws Exception {
            while (!over.get()) {
                String health = home.health();
                if (!health.startsWith("200") || !health.contains("UP")) {
                    failures.add(health);
                }
            }
            return null;
        }

        List<String> failures() throws Exception {
            over.set(true);
            watching.get();
            return failures;
        }

        @Override
        public void close() {
            over.set(true);
            thread.shutdown();
        }
    }
}
