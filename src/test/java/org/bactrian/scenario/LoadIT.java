package org.bactrian.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.bactrian.scenario.OrderBuilder.anOrder;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.bactrian.RunningApplication;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Many orders at once, over HTTP and Kafka, one in five refused in different ways. */
@ExtendWith(RunningApplication.Extension.class)
class LoadIT {
    private static final int CLIENTS = 16;
    private static final int ORDERS_EACH_WAY = 500;
    private static final long CUSTOMER = 4711;
    private static final long PRICE = 2499;
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @Test
    void fiveHundredOrdersOverHttpAndFiveHundredOverKafka_allEndAndTheBooksAddUp(RunningApplication application)
            throws Exception {
        var client = new Client(application);
        var log = JdbcClient.create(application.bean("sagaDatabase", DataSource.class));
        List<OrderBuilder> orders = new ArrayList<>();
        for (int i = 0; i < 2 * ORDERS_EACH_WAY; i++) {
            orders.add(numbered(i));
        }
        Books before = Books.of(client, CUSTOMER);
        var errors = new ListAppender<ILoggingEvent>();
        var root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        errors.start();
        root.addAppender(errors);

        try (var topic = new Topic(application.brokers(), "order.placed")) {
            var pool = Executors.newFixedThreadPool(CLIENTS);
            List<Future<Integer>> posts = new ArrayList<>();
            for (OrderBuilder order : orders.subList(0, ORDERS_EACH_WAY)) {
                posts.add(pool.submit(() -> client.place(order).statusCode()));
            }
            for (OrderBuilder order : orders.subList(ORDERS_EACH_WAY, orders.size())) {
                topic.send(order.id(), order.toString().getBytes(StandardCharsets.UTF_8));
            }
            for (Future<Integer> post : posts) {
                assertThat(post.get()).as("202: it waited behind others").isIn(200, 202);
            }
            pool.shutdown();
        }

        String keys = keys(orders);
        await().atMost(LIMIT)
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() ->
                        assertThat(count(log, keys, "ended_at IS NOT NULL")).isEqualTo(orders.size()));
        root.detachAppender(errors);
        assertThat(count(log, keys, "status = 'COMPLETED'")).isEqualTo(orders.size() * 4L / 5);
        assertThat(count(log, keys, "status = 'ABORTED'")).isEqualTo(orders.size() / 5L);
        assertThat(count(log, keys, "parked IS NOT NULL")).isZero();
        long completed = orders.size() * 4L / 5;
        assertThat(Books.of(client, CUSTOMER)).isEqualTo(before.after(2 * completed, PRICE));
        assertThat(errors.list.stream().filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN)))
                .as("nothing but refusals happened")
                .isEmpty();
    }

    private static String keys(List<OrderBuilder> orders) {
        return String.join(",", orders.stream().map(OrderBuilder::id).toList());
    }

    /** Every fifth is refused, each time in another way. */
    private static OrderBuilder numbered(int number) {
        OrderBuilder order = anOrder().by(CUSTOMER);
        if (number % 5 != 0) {
            return order;
        }
        return switch (number / 5 % 6) {
            case 0 -> order.paidWith("tok-9999");
            case 1 -> order.by(456).of("A-1", 30);
            case 2 -> order.by(404);
            case 3 -> order.of("C-3", 1);
            case 4 -> order.shippedTo("XX");
            default -> order.by(666);
        };
    }

    private static long count(JdbcClient log, String keys, String condition) {
        return log.sql("SELECT count(*) FROM saga WHERE business_key = ANY (string_to_array(:keys, ',')) AND "
                        + condition)
                .param("keys", keys)
                .query(Long.class)
                .single();
    }
}
