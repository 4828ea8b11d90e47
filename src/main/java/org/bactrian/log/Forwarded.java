package org.bactrian.log;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.bactrian.saga.Content;
import org.bactrian.saga.LoggedSignal;
import org.bactrian.saga.SagaRecord;
import org.bactrian.saga.StepName;

/**
 * What a step that joined in another process than its saga's owner has to record, said as a signal to the owner: nobody
 * else writes a saga's records. A repetition vanishes like that of any signal.
 *
 * @param record a begin or an outcome
 */
public record Forwarded(SagaRecord.OfStep record) {
    /** No answer of a participant is named so: a step's name has no slash. */
    public static final String RESERVED = "record/";

    private static final Set<String> KINDS = Set.of("begun", "succeeded", "failed");

    /** @throws IllegalArgumentException if it is too large to be said */
    public LoggedSignal signal() {
        RecordCodec.Row row = RecordCodec.encode(record);
        byte[] data = Objects.requireNonNull(row.data(), "begins and outcomes have data");
        String name = RESERVED + row.kind() + "/" + row.step();
        return new LoggedSignal(name, "", new Content(data, "application/json", Map.of()));
    }

    /** Empty if the signal is any other. */
    public static Optional<Forwarded> in(LoggedSignal signal) {
        if (!signal.name().startsWith(RESERVED)) {
            return Optional.empty();
        }
        String[] parts = signal.name().split("/", -1);
        if (parts.length != 3 || !KINDS.contains(parts[1])) {
            return Optional.empty();
        }
        SagaRecord record = RecordCodec.decode(
                parts[1], StepName.require(parts[2]), signal.content().body());
        return Optional.of(new Forwarded((SagaRecord.OfStep) record));
    }
}
