package org.bactrian.fault;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.component.kafka.DefaultKafkaClientFactory;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Stands between every producer of the application and the broker; to be named in {@code
 * camel.component.kafka.kafkaClientFactory}. Touches only records between router and participants.
 */
@SuppressWarnings("rawtypes") // as Camel's interface
public final class FaultyKafka extends DefaultKafkaClientFactory {
    private static final Set<String> TOPICS = Set.of("inventory.command", "inventory.reply", "order.event");

    private final AtomicInteger held = new AtomicInteger();
    private volatile Traffic traffic = Traffic.UNDISTURBED;

    void disturb(Traffic by) {
        traffic = by;
    }

    /** How many records are still to be sent. */
    int held() {
        return held.get();
    }

    @Override
    public Producer getProducer(Properties properties) {
        Producer<?, ?> real = super.getProducer(properties);
        return (Producer) Proxy.newProxyInstance(
                Producer.class.getClassLoader(),
                new Class<?>[] {Producer.class},
                (proxy, method, arguments) -> method.getName().equals("send")
                        ? send(
                                real,
                                (ProducerRecord) arguments[0],
                                arguments.length > 1 ? (Callback) arguments[1] : null)
                        : call(real, method, arguments));
    }

    private static @Nullable Object call(Producer<?, ?> real, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
    }

    @SuppressWarnings({"unchecked", "FutureReturnValueIgnored"})
    private Future<RecordMetadata> send(Producer real, ProducerRecord record, @Nullable Callback callback)
            throws InterruptedException, ExecutionException {
        Fate fate = fate(record);
        return switch (fate.kind()) {
            case PASSES, ANSWER_LOST -> real.send(record, callback);
            case DROPPED -> acknowledge(record, callback);
            case DOUBLED, ANSWERED_TWICE -> {
                real.send(record);
                yield real.send(record, callback);
            }
            case DOUBLED_AT_ONCE -> {
                Future<RecordMetadata> first = real.send(record, callback);
                real.send(elsewhere(record, first.get().partition(), real));
                yield first;
            }
            case LATE, SLOW -> {
                sendLater(real, record, fate);
                yield acknowledge(record, callback);
            }
            case REPEATED_LATE -> {
                sendLater(real, record, fate);
                yield real.send(record, callback);
            }
        };
    }

    @SuppressWarnings("unchecked")
    private void sendLater(Producer real, ProducerRecord record, Fate fate) {
        held.incrementAndGet();
        var unused = fate.until().thenRunAsync(() -> {
            var unusedHere = real.send(record, (metadata, error) -> held.decrementAndGet());
        });
    }

    /** To the next partition, as if the first had been taken over while its consumer still worked. */
    @SuppressWarnings("unchecked")
    private static ProducerRecord elsewhere(ProducerRecord record, int partition, Producer<?, ?> real) {
        int partitions = real.partitionsFor(record.topic()).size();
        return new ProducerRecord(
                record.topic(), (partition + 1) % partitions, record.key(), record.value(), record.headers());
    }

    private static Future<RecordMetadata> acknowledge(ProducerRecord record, @Nullable Callback callback) {
        var metadata = new RecordMetadata(new TopicPartition(record.topic(), 0), 0, 0, 0, 0, 0);
        if (callback != null) {
            callback.onCompletion(metadata, null);
        }
        return CompletableFuture.completedFuture(metadata);
    }

    private Fate fate(ProducerRecord record) {
        String saga = text(record, "sagaId");
        return saga == null || !TOPICS.contains(record.topic())
                ? Fate.PASSES
                : traffic.of(new Delivery(saga, String.valueOf(text(record, "messageType"))));
    }

    private static @Nullable String text(ProducerRecord record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }
}
