package org.bactrian.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class KafkaBrokerIT {
    private static final String TOPIC = "order.event";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    @Test
    void startedAgainOnAnotherPort_messagesAreThere() throws Exception {
        try (var broker = KafkaBroker.start(folder, 0)) {
            send(broker, "first");
        }
        try (var broker = KafkaBroker.start(folder, 0)) {
            assertThat(receive(broker)).isEqualTo("first");
        }
    }

    @Test
    void jvmKilled_nextStartHasItsMessages() throws Exception {
        try (var killed = ForkedJvm.start(Sender.class, folder.toString())) {
            killed.kill();
        }
        try (var broker = KafkaBroker.start(folder, 0)) {
            assertThat(receive(broker)).isEqualTo("acknowledged");
        }
    }

    @Test
    void closedWithAClientConnected_endsSoon() throws Exception {
        var broker = KafkaBroker.start(folder, 0);
        try (var producer = producer(broker)) {
            producer.send(new ProducerRecord<>(TOPIC, "x")).get();
            var begun = System.nanoTime();

            broker.close();

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(3));
        }
    }

    @Test
    void portInUse_complaintNamesTheKey() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> KafkaBroker.start(folder, taken.getLocalPort()))
                    .isInstanceOf(CannotStart.class)
                    .hasMessageContainingAll(Integer.toString(taken.getLocalPort()), KafkaBroker.PORT_KEY);
        }
    }

    private static void send(KafkaBroker broker, String message) throws InterruptedException, ExecutionException {
        try (var producer = producer(broker)) {
            producer.send(new ProducerRecord<>(TOPIC, message)).get();
        }
    }

    private static KafkaProducer<String, String> producer(KafkaBroker broker) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()), new StringSerializer(), new StringSerializer());
    }

    private static String receive(KafkaBroker broker) {
        var settings = Map.<String, Object>of(
                "bootstrap.servers", broker.bootstrapServers(), "group.id", "test", "auto.offset.reset", "earliest");
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(TOPIC));
            var records = consumer.poll(PATIENCE); // returns with the first records
            return records.isEmpty() ? "nothing" : records.iterator().next().value();
        }
    }

    /** Sends a message and waits to be killed. */
    static final class Sender {
        public static void main(String[] arguments) throws InterruptedException, ExecutionException {
            send(KafkaBroker.start(Path.of(arguments[0]), 0), "acknowledged");
            ForkedJvm.readyForever();
        }
    }
}
