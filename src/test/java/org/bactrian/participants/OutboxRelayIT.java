package org.bactrian.participants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.bactrian.participants.Topics.Message;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The relay publishes what was committed, in its order, and loses nothing. */
class OutboxRelayIT {
    private static final String TOPIC = "work.event";

    @SuppressWarnings("NullAway.Init")
    private static TestBroker kafka;

    @SuppressWarnings("NullAway.Init")
    private static Topics topics;

    @SuppressWarnings("NullAway.Init")
    private static Participant inventory;

    private final String saga = UUID.randomUUID().toString();

    @BeforeAll
    static void start() throws Exception {
        kafka = new TestBroker();
        topics = new Topics(kafka.address());
        inventory = new Participant("inventory", kafka.address()).start();
    }

    @AfterAll
    static void stop() {
        inventory.close();
        topics.close();
        kafka.close();
    }

    private void write(String topic, int... numbers) {
        IntStream.of(numbers).forEach(number -> inventory.sql().update("""
                        INSERT INTO outbox (aggregate_type, aggregate_id, type, payload, headers)
                        VALUES (?, ?, 'Counted', convert_to(?, 'UTF8'),
                                jsonb_build_object('sagaId', ?, 'messageId', gen_random_uuid()))
                        """, topic, saga, String.valueOf(number), saga));
    }

    private List<Message> published(int count) {
        await().until(() -> topics.of(TOPIC, saga).size() >= count);
        return topics.of(TOPIC, saga);
    }

    @Test
    void manyOfOneSaga_arePublishedInTheirOrderAndDeleted() {
        int[] numbers = IntStream.range(0, 1_200).toArray();
        transaction(() -> write(TOPIC, numbers));

        assertThat(published(numbers.length))
                .extracting(Message::body)
                .containsExactlyElementsOf(
                        IntStream.of(numbers).mapToObj(String::valueOf).toList());
        await().until(inventory::hasSaidAll);
    }

    @Test
    void whatIsNotCommitted_isNotPublishedAndHoldsNobodyUp() {
        transaction(() -> {
            write(TOPIC, 1);
            String other = UUID.randomUUID().toString();
            new Thread(() -> inventory.sql().update("""
                            INSERT INTO outbox (aggregate_type, aggregate_id, type, headers) VALUES (?, ?, 'Other', '{}')
                            """, TOPIC, other)).start();
            await().until(() -> topics.of(TOPIC, other).size() == 1);
            assertThat(topics.of(TOPIC, saga)).isEmpty();
        });
        assertThat(published(1)).hasSize(1);
    }

    @Test
    void anotherRelayAtWork_isWaitedFor() {
        transaction(() -> {
            inventory.sql().execute("SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || '.outbox', 0))");
            new Thread(() -> write(TOPIC, 1, 2)).start();
            // the relay looks at least three times, and finds the lock taken
            await().during(Duration.ofMillis(700))
                    .until(() -> topics.of(TOPIC, saga).isEmpty());
            assertThat(inventory.hasSaidAll()).isFalse();
        });
        assertThat(published(2)).extracting(Message::body).containsExactly("1", "2");
    }

    @Test
    void crashBetweenPublishingAndDeleting_publishesAgainUnderTheSameId() {
        inventory.sql().execute("""
                CREATE SEQUENCE crashes;
                CREATE FUNCTION crash() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                    IF nextval('crashes') = 1 THEN RAISE EXCEPTION 'the process ends here'; END IF;
                    RETURN NULL;
                END $$;
                CREATE CONSTRAINT TRIGGER crash AFTER DELETE ON outbox DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW WHEN (OLD.aggregate_id = '%s') EXECUTE FUNCTION crash();
                """.formatted(saga));
        write(TOPIC, 1);

        List<Message> twice = published(2);
        assertThat(twice).hasSize(2);
        assertThat(twice.get(0)).isEqualTo(twice.get(1));
        assertThat(twice.get(0).id()).isNotEmpty();
        assertThat(twice.get(0).headers()).isEqualTo(Map.of("sagaId", saga, "messageType", "Counted"));
        await().until(inventory::hasSaidAll);
    }

    @Test
    void oneThatKafkaRefusesAmongMany_isLeftOutWithItsReasonAndTheOthersArePublished() {
        transaction(() -> {
            write(TOPIC, 1, 2);
            write("no such topic!", 3);
            write(TOPIC, 4);
        });
        await().until(() -> inventory
                        .sql()
                        .queryForList("SELECT FROM outbox WHERE failure LIKE '%no such topic!%'")
                        .size()
                == 1);
        await().until(() ->
                topics.of(TOPIC, saga).stream().map(Message::body).distinct().count() == 3);
        write(TOPIC, 5);
        await().until(() ->
                topics.of(TOPIC, saga).stream().map(Message::body).distinct().count() == 4);

        inventory.sql().update("UPDATE outbox SET aggregate_type = ?, failure = NULL WHERE failure IS NOT NULL", TOPIC);
        await().until(inventory::hasSaidAll);
        assertThat(topics.of(TOPIC, saga).stream().map(Message::body).distinct())
                .containsExactly("1", "2", "4", "5", "3");
    }

    @Test
    void tooLargeForKafka_isRefusedByTheTable() {
        assertThatThrownBy(() -> inventory
                        .sql()
                        .update(
                                "INSERT INTO outbox (aggregate_type, aggregate_id, type, payload, headers) VALUES (?, ?, 'Big', ?, '{}')",
                                TOPIC,
                                saga,
                                new byte[983_041]))
                .hasMessageContaining("outbox_record_size");
    }

    @Test
    void answeredCall_wakesARelayThatWouldNotLookForLong() {
        String hour = "outbox.poll=1h\ncamel.main.shutdownTimeout=1";
        try (var sleepy = new Participant("inventory", kafka.address(), hour).start()) {
            Orders order = Orders.any("reserve-inventory");
            sleepy.context().createProducerTemplate().send("direct:hold-stock", exchange -> {
                exchange.getMessage()
                        .setBody(order.json(1, "tok-1", "{\"sku\": \"A-1\", \"quantity\": 1, \"unitPrice\": 1}"));
                exchange.getMessage().getHeaders().putAll(order.headers("action"));
            });
            await().until(sleepy::hasSaidAll);
            assertThat(topics.of("inventory.reply", order.saga().toString()))
                    .extracting(reply -> reply.headers().get("messageType"))
                    .containsExactly("InventoryReserved");
        }
    }

    private static void transaction(Runnable work) {
        new TransactionTemplate(new DataSourceTransactionManager(inventory.sql().getDataSource()))
                .executeWithoutResult(status -> work.run());
    }
}
