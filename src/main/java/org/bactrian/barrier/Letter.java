package org.bactrian.barrier;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * What a dead-letter topic keeps of a Kafka record: its headers and its value as they came, why it could not be taken, and
 * where it was. Under its name, so that a record that is buried twice is there once.
 *
 * @param name {@code order.placed-2@17}
 * @param reasons at most {@value #LONGEST_REASONS} characters; of what they quote, at most {@value #LONGEST_QUOTE} each
 * @param value empty, and a header says so, where there was none: to a compacted topic a null is the end of its key
 */
public record Letter(String name, String reasons, List<Header> headers, Bytes value) {
    /** Why it could not be taken; may have several lines. */
    public static final String REASONS = "reasons";

    public static final String ORIGIN_TOPIC = "originTopic";
    public static final String ORIGIN_PARTITION = "originPartition";
    public static final String ORIGIN_OFFSET = "originOffset";
    /** The record's timestamp, ISO-8601; absent if it had none. */
    public static final String ORIGIN_AT = "originAt";
    /** As it came; absent if there was none. */
    public static final String ORIGIN_KEY = "originKey";
    /** {@link #NONE}, {@link #OMITTED}, or absent: the value is the letter's. */
    public static final String ORIGIN_VALUE = "originValue";

    public static final String NONE = "none";
    public static final String OMITTED = "omitted";

    /** Those that a letter adds; a record's own of these names are not kept. */
    public static final List<String> ADDED =
            List.of(REASONS, ORIGIN_TOPIC, ORIGIN_PARTITION, ORIGIN_OFFSET, ORIGIN_AT, ORIGIN_KEY, ORIGIN_VALUE);

    static final int LONGEST_REASONS = 4_000;
    static final int LONGEST_QUOTE = 200;
    private static final String LONG_QUOTE = "'([^']{%d})[^']+'".formatted(LONGEST_QUOTE);
    private static final int LONGEST_STUB_KEY_BYTES = 4_096;

    /**
     * Of a message as Camel's Kafka consumer made it, whatever has become of its headers' texts since; its header
     * {@code reasons} says why.
     */
    public static Letter of(Exchange exchange) {
        Message message = exchange.getMessage();
        String topic = text(message, KafkaConstants.TOPIC);
        String partition = text(message, KafkaConstants.PARTITION);
        String offset = text(message, KafkaConstants.OFFSET);
        String reasons = shortened(text(message, REASONS));
        var headers = new RecordHeaders();
        Headers origin = message.getHeader(KafkaConstants.HEADERS, new RecordHeaders(), Headers.class);
        Arrays.stream(origin.toArray())
                .filter(header -> !ADDED.contains(header.key()))
                .forEach(headers::add);
        add(headers, REASONS, reasons);
        add(headers, ORIGIN_TOPIC, topic);
        add(headers, ORIGIN_PARTITION, partition);
        add(headers, ORIGIN_OFFSET, offset);
        Long timestamp = message.getHeader(KafkaConstants.TIMESTAMP, Long.class);
        if (timestamp != null && timestamp >= 0) {
            add(headers, ORIGIN_AT, Instant.ofEpochMilli(timestamp).toString());
        }
        byte[] key = message.getHeader(KafkaConstants.KEY, byte[].class);
        if (key != null) {
            headers.add(ORIGIN_KEY, key);
        }
        byte[] value = message.getBody(byte[].class);
        if (value == null) {
            add(headers, ORIGIN_VALUE, NONE);
        }
        String name = "%s-%s@%s".formatted(topic, partition, offset);
        return new Letter(name, reasons, List.of(headers.toArray()), Bytes.wrap(value == null ? new byte[0] : value));
    }

    /** The same for a record that the dead-letter topic would not take: where it was, and that it is lost. */
    public Letter stub() {
        String why = "%s%nlarger than a dead letter can be (%d bytes)".formatted(reasons, bytes());
        var kept = new RecordHeaders();
        headers.stream()
                .filter(header -> ADDED.contains(header.key()) && size(header.value()) <= LONGEST_STUB_KEY_BYTES)
                .forEach(kept::add);
        kept.remove(REASONS).remove(ORIGIN_VALUE);
        add(kept, REASONS, why);
        add(kept, ORIGIN_VALUE, OMITTED);
        return new Letter(name, why, List.of(kept.toArray()), Bytes.wrap(new byte[0]));
    }

    private long bytes() {
        return value.get().length
                + headers.stream()
                        .mapToLong(header -> header.key().length() + size(header.value()))
                        .sum();
    }

    private static int size(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    private static String shortened(String reasons) {
        String text = reasons.replaceAll(LONG_QUOTE, "'$1...'");
        return text.length() <= LONGEST_REASONS ? text : text.substring(0, LONGEST_REASONS - 3) + "...";
    }

    private static String text(Message message, String header) {
        return message.getHeader(header, "", String.class);
    }

    private static void add(Headers headers, String name, String value) {
        headers.add(new RecordHeader(name, value.getBytes(UTF_8)));
    }
}
