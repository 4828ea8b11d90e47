package org.bactrian.ops;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.bactrian.barrier.Letter;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka record that could never be taken, as its dead-letter topic keeps it.
 *
 * @param kept its key is the letter's name, {@code order.placed-2@17}; it has the header {@code originTopic}
 */
record DeadLetter(ConsumerRecord<byte @Nullable [], byte @Nullable []> kept) {
    static final String SUFFIX = ".dead";

    private static final Pattern NAME = Pattern.compile("([a-zA-Z0-9._-]{1,249})-[0-9]{1,10}@[0-9]{1,19}");

    /** The dead-letter topic in which a letter of this name is; empty if no letter can be named so. */
    static Optional<String> topicOf(String name) {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches() ? Optional.of(matcher.group(1) + SUFFIX) : Optional.empty();
    }

    /** The name that a record of a dead-letter topic has as its key; empty if it has none that belongs there. */
    static Optional<String> nameOf(ConsumerRecord<byte @Nullable [], byte @Nullable []> kept) {
        byte[] key = kept.key();
        return Optional.ofNullable(key)
                .map(bytes -> new String(bytes, UTF_8))
                .filter(name -> topicOf(name).filter(kept.topic()::equals).isPresent());
    }

    String name() {
        return nameOf(kept).orElseThrow(() -> new IllegalStateException("a dead letter must have a name; " + where()));
    }

    /** When it was buried. */
    Instant at() {
        return Instant.ofEpochMilli(kept.timestamp());
    }

    /** When its record was written; when it was buried, if that is not known. */
    Instant originAt() {
        try {
            return header(Letter.ORIGIN_AT).map(Instant::parse).orElseGet(this::at);
        } catch (DateTimeParseException e) {
            return at();
        }
    }

    /** Where it came from, and where it goes when it is replayed. */
    String originTopic() {
        return kept.topic().substring(0, kept.topic().length() - SUFFIX.length());
    }

    /** Null if the origin had no key. */
    byte @Nullable [] originKey() {
        Header header = kept.headers().lastHeader(Letter.ORIGIN_KEY);
        return header == null ? null : header.value();
    }

    /** Null if the origin had none, which is kept as an empty one with a header that says so; null, too, if it is omitted. */
    byte @Nullable [] originValue() {
        return header(Letter.ORIGIN_VALUE).isPresent() ? null : kept.value();
    }

    /** Whether only the place of its origin is kept, as it was too large: nothing is left to send again. */
    boolean omitted() {
        return header(Letter.ORIGIN_VALUE).filter(Letter.OMITTED::equals).isPresent();
    }

    /** Why it could not be taken; may have several lines. */
    String reasons() {
        return header(Letter.REASONS).orElse("");
    }

    /** The origin's headers, as they came and in their order. */
    List<Header> originHeaders() {
        return Arrays.stream(kept.headers().toArray())
                .filter(header -> !Letter.ADDED.contains(header.key()))
                .toList();
    }

    /** The last header of this name as text. */
    Optional<String> header(String name) {
        return Optional.ofNullable(kept.headers().lastHeader(name))
                .map(Header::value)
                .map(value -> new String(value, UTF_8));
    }

    private String where() {
        return "%s, partition %d, offset %d".formatted(kept.topic(), kept.partition(), kept.offset());
    }
}
