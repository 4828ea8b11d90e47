package org.bactrian.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.bactrian.scenario.Client;
import org.bactrian.scenario.OrderBuilder;
import org.springframework.dao.DataAccessException;

/**
 * Clients that place orders, every other one over Kafka: over HTTP the same order again, with the same body, until it is
 * accepted. Remembers whatever else was answered.
 */
final class Offering implements AutoCloseable {
    private static final int CLIENTS = 4;
    private static final int PAUSE_MILLIS = 250;

    private final SoakOrders orders;
    private final int inFlight;
    private final IntFunction<Client> routers;
    private final KafkaProducer<String, String> kafka;
    private final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Map<String, Integer> others = new ConcurrentHashMap<>();
    private final List<Future<?>> clients = new ArrayList<>();

    /**
     * @param inFlight so many sagas run at most, or a few more: steps have limits, and a slow machine would undo them
     * @param routers whom to send the n-th call to
     */
    Offering(SoakOrders orders, int inFlight, String brokers, IntFunction<Client> routers) {
        this.orders = orders;
        this.inFlight = inFlight;
        this.routers = routers;
        var settings = new Properties();
        settings.put("bootstrap.servers", brokers);
        settings.put("enable.idempotence", "true");
        kafka = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }

    void start(int number) {
        var left = new AtomicInteger(number);
        for (int client = 0; client < CLIENTS; client++) {
            int first = client;
            clients.add(threads.submit(() -> {
                for (int n = left.getAndDecrement(); n > 0; n = left.getAndDecrement()) {
                    awaitRoom();
                    OrderBuilder order = orders.next();
                    if (n % 2 == 0) {
                        kafka.send(new ProducerRecord<>("order.placed", order.id(), order.toString()))
                                .get();
                        orders.accepted(order);
                    } else {
                        post(order, first);
                    }
                }
                return null;
            }));
        }
    }

    /** Returns when every order was accepted. */
    void await() throws InterruptedException, ExecutionException {
        for (Future<?> client : clients) {
            client.get();
        }
    }

    /** What was answered but an acceptance, and how often. */
    Map<String, Integer> others() {
        return new TreeMap<>(others);
    }

    private void post(OrderBuilder order, int first) throws InterruptedException {
        for (int call = first; closed.getCount() > 0; call++) {
            try {
                HttpResponse<String> answer =
                        routers.apply(call).post(order.toString(), "Content-Type", "application/json");
                if (answer.statusCode() == 202) {
                    orders.accepted(order);
                    return;
                }
                others.merge(described(answer), 1, Integer::sum);
            } catch (IllegalStateException e) {
                others.merge("no answer", 1, Integer::sum);
            }
            closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private static String described(HttpResponse<String> answer) {
        assertThat(answer.body()).as("quotes nothing").doesNotContain("tok-");
        return "%d %s, Retry-After %s"
                .formatted(
                        answer.statusCode(),
                        answer.headers().firstValue("Content-Type").orElse("-"),
                        answer.headers().firstValue("Retry-After").orElse("-"));
    }

    private void awaitRoom() throws InterruptedException {
        while (closed.getCount() > 0 && !hasRoom()) {
            closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private boolean hasRoom() {
        try {
            return orders.count() - orders.count("ended_at IS NOT NULL") < inFlight;
        } catch (DataAccessException e) {
            return true; // away: what is offered now is refused
        }
    }

    @Override
    public void close() {
        closed.countDown();
        threads.shutdownNow();
        kafka.close(java.time.Duration.ZERO);
    }
}
