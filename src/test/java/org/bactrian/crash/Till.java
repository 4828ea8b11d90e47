package org.bactrian.crash;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** Where orders are placed, in the way of their story. */
final class Till implements AutoCloseable {
    private static final long FIRST_CUSTOMER = 10_000;

    private final Stores stores;
    private final HttpClient http = HttpClient.newHttpClient();
    private final KafkaProducer<String, String> kafka;
    private int orders;

    Till(Stores stores) {
        this.stores = stores;
        kafka = new KafkaProducer<>(
                Map.of("bootstrap.servers", stores.brokers()), new StringSerializer(), new StringSerializer());
    }

    /** Everything that the order needs is there, and nothing else of its sku and customer. */
    Placed prepare(Story story) {
        orders++;
        String sku = "C-" + (100 + orders);
        long customer = FIRST_CUSTOMER + orders;
        stores.sql("inventory")
                .sql("INSERT INTO stock (sku, available) VALUES (:sku, 10)")
                .param("sku", sku)
                .update();
        if (story == Story.COMPENSATED) {
            stores.sql("invoicing")
                    .sql("INSERT INTO uninvoiced_customer VALUES (:customer)")
                    .param("customer", customer)
                    .update();
        }
        return new Placed(story, story.order(sku, customer), sku, customer);
    }

    /** Completes with whether nobody need ask again: accepted with 202, or over Kafka on its topic. */
    CompletableFuture<Boolean> place(Placed order, String url) {
        if (order.story().isOverKafka()) {
            var placed = new CompletableFuture<Boolean>();
            var unused = kafka.send(
                    new ProducerRecord<>(
                            "order.placed", order.id(), order.order().toString()),
                    (place, error) -> {
                        if (error == null) {
                            placed.complete(true);
                        } else {
                            placed.completeExceptionally(error);
                        }
                    });
            return placed;
        }
        return http.sendAsync(
                        HttpRequest.newBuilder(URI.create(url + "/api/orders"))
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(order.order().toString()))
                                .build(),
                        BodyHandlers.discarding())
                .thenApply(answer -> answer.statusCode() == 202);
    }

    @Override
    public void close() {
        kafka.close();
    }
}
