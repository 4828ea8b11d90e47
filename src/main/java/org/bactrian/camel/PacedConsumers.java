package org.bactrian.camel;

import java.time.Duration;
import java.util.Properties;
import java.util.function.BooleanSupplier;
import org.apache.camel.component.kafka.DefaultKafkaClientFactory;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * Kafka consumers that are given no records while too many sagas wait. They go on polling, so they stay in their group, and no
 * offset is touched: what Camel does when a route is suspended skips what was never committed, its {@code pausable} loses records
 * (CAMEL-20227).
 */
public final class PacedConsumers extends DefaultKafkaClientFactory {
    private final BooleanSupplier open;

    /** @param open whether records are wanted now; asked before every poll, answers at once */
    public PacedConsumers(BooleanSupplier open) {
        this.open = open;
    }

    @Override
    public Consumer<Object, Object> getConsumer(Properties properties) {
        return new Paced(properties);
    }

    private final class Paced extends KafkaConsumer<Object, Object> {
        Paced(Properties properties) {
            super(properties);
        }

        /** Partitions that are assigned meanwhile may give what one poll takes. */
        @Override
        public ConsumerRecords<Object, Object> poll(Duration timeout) {
            if (!open.getAsBoolean()) {
                pause(assignment());
            } else if (!paused().isEmpty()) {
                resume(paused());
            }
            return super.poll(timeout);
        }
    }
}
