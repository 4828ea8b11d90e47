package org.bactrian.fault;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Phaser;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.bactrian.scenario.OrderBuilder;
import org.jspecify.annotations.Nullable;

/** Orders that come at a rate of their own, whatever is answered, one in so many over Kafka. None comes twice. */
final class Rush implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newHttpClient();
    private final SoakOrders orders;
    private final URI url;
    private final int overKafka;
    private final KafkaProducer<String, String> kafka;
    private final Phaser open = new Phaser(1);
    private final Map<String, Integer> answers = new ConcurrentHashMap<>();

    /** @param overKafka one in so many */
    Rush(SoakOrders orders, String url, String brokers, int overKafka) {
        this.orders = orders;
        this.url = URI.create(url + "/api/orders");
        this.overKafka = overKafka;
        var settings = new Properties();
        settings.put("bootstrap.servers", brokers);
        settings.put("enable.idempotence", "true");
        kafka = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }

    /** Returns when all were sent and answered, with how many a second were sent. */
    double offer(int number, double rate) {
        long begin = System.nanoTime();
        for (int n = 0; n < number; n++) {
            LockSupport.parkNanos(begin + (long) (n * 1e9 / rate) - System.nanoTime());
            send(n);
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        kafka.flush();
        open.arriveAndAwaitAdvance();
        return number / seconds;
    }

    /** What was answered, and how often. */
    Map<String, Integer> answers() {
        return new TreeMap<>(answers);
    }

    private void send(int n) {
        OrderBuilder order = orders.next();
        open.register();
        if (n % overKafka == 0) {
            var unused =
                    kafka.send(new ProducerRecord<>("order.placed", order.id(), order.toString()), (record, error) -> {
                        answered(order, error == null ? "Kafka" : String.valueOf(error), error == null);
                    });
            return;
        }
        HttpRequest request = HttpRequest.newBuilder(url)
                .timeout(LIMIT)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(order.toString()))
                .build();
        var unused = http.sendAsync(request, BodyHandlers.ofString()).handle((answer, error) -> {
            answered(order, described(answer, error), error == null && answer.statusCode() == 202);
            return order;
        });
    }

    private void answered(OrderBuilder order, String answer, boolean accepted) {
        if (accepted) {
            orders.accepted(order);
        }
        answers.merge(answer, 1, Integer::sum);
        open.arriveAndDeregister();
    }

    private static String described(@Nullable HttpResponse<String> answer, @Nullable Throwable error) {
        if (answer == null) {
            return String.valueOf(error);
        }
        return answer.statusCode() == 202
                ? "202"
                : "%d %s, Retry-After %s"
                        .formatted(
                                answer.statusCode(),
                                answer.headers().firstValue("Content-Type").orElse("-"),
                                answer.headers().firstValue("Retry-After").orElse("-"));
    }

    @Override
    public void close() {
        kafka.close(Duration.ZERO);
    }
}
