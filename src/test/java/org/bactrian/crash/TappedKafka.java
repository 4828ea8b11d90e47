package org.bactrian.crash;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.camel.component.kafka.DefaultKafkaClientFactory;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Between a router and its Kafka: tells the tap what was published and which offsets were committed, before the router
 * learns of it; to be named in {@code camel.component.kafka.kafkaClientFactory}.
 */
@SuppressWarnings({"rawtypes", "unchecked"}) // as Camel's interface
public final class TappedKafka extends DefaultKafkaClientFactory {
    private final List<Producer> producers = new CopyOnWriteArrayList<>();
    private final AtomicInteger open = new AtomicInteger();
    private volatile @Nullable Tap tap;
    private volatile boolean cut;

    void tell(Tap listener) {
        tap = listener;
    }

    /** Whether an offset is being committed that the tap does not know of. */
    boolean isBusy() {
        return open.get() > 0;
    }

    /** Nothing reaches the broker any more. */
    void cut() {
        cut = true;
        // not here: it waits for the thread that delivers acknowledgements, which may wait to tell the tap of one
        var closing = new Thread(() -> producers.forEach(producer -> producer.close(Duration.ZERO)), "cut");
        closing.setDaemon(true);
        closing.start();
    }

    @Override
    public Producer getProducer(Properties properties) {
        requireUncut();
        Producer real = super.getProducer(properties);
        producers.add(real);
        return proxy(Producer.class, (proxy, method, arguments) -> {
            if (method.getName().equals("send")) {
                requireUncut();
                return real.send(
                        (ProducerRecord) arguments[0],
                        after((ProducerRecord) arguments[0], arguments.length > 1 ? (Callback) arguments[1] : null));
            }
            return call(real, method, arguments);
        });
    }

    private Callback after(ProducerRecord record, @Nullable Callback callback) {
        return (metadata, error) -> {
            Exception outcome = error;
            if (error == null && !tell("%s has %s".formatted(record.topic(), name(record.topic(), record.headers())))) {
                outcome = new KafkaException("the router is cut off");
            }
            if (callback != null) {
                callback.onCompletion(metadata, outcome);
            }
        };
    }

    /** A group's only consumer has its name, under which the next router's takes over at once: nobody waits for the dead. */
    @Override
    public Consumer getConsumer(Properties properties) {
        requireUncut();
        String group = properties.getProperty(ConsumerConfig.GROUP_ID_CONFIG);
        properties.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, group);
        Consumer real = super.getConsumer(properties);
        Map<String, String> unread = new ConcurrentHashMap<>();
        return proxy(Consumer.class, (proxy, method, arguments) -> switch (method.getName()) {
            case "poll" -> poll(real, (Duration) arguments[0], unread);
            case "commitSync", "commitAsync" -> {
                requireUncut();
                open.incrementAndGet();
                try {
                    Object answer = call(real, method, arguments);
                    if (arguments != null && arguments[0] instanceof Map offsets) {
                        committed(group, offsets, unread);
                    }
                    yield answer;
                } finally {
                    open.decrementAndGet();
                }
            }
            case "close" -> {
                real.close(cut ? Duration.ZERO : Duration.ofSeconds(1));
                yield null;
            }
            default -> call(real, method, arguments);
        });
    }

    private ConsumerRecords poll(Consumer real, Duration timeout, Map<String, String> unread) {
        if (cut) {
            LockSupport.parkNanos(timeout.toNanos()); // it would wait so long for an answer
            return ConsumerRecords.EMPTY;
        }
        ConsumerRecords<?, ?> records = real.poll(timeout);
        for (ConsumerRecord<?, ?> record : records) {
            unread.put(
                    place(new TopicPartition(record.topic(), record.partition()), record.offset()),
                    name(record.topic(), record.headers()));
        }
        return records;
    }

    private void committed(String group, Map<TopicPartition, OffsetAndMetadata> offsets, Map<String, String> unread) {
        offsets.forEach((partition, next) -> {
            String read = unread.remove(place(partition, next.offset() - 1));
            if (read != null && !tell("%s is done with %s".formatted(group, read))) {
                throw new KafkaException("the router is cut off");
            }
        });
    }

    private boolean tell(String what) {
        Tap listener = tap;
        return !cut && (listener == null || listener.acknowledged(what));
    }

    private void requireUncut() {
        if (cut) {
            throw new KafkaException("the router is cut off");
        }
    }

    private static String place(TopicPartition partition, long offset) {
        return partition + "@" + offset;
    }

    private static String name(String topic, Headers headers) {
        Header type = headers.lastHeader("messageType");
        return type == null ? topic : new String(type.value(), StandardCharsets.UTF_8);
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static @Nullable Object call(Object real, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
    }
}
