package org.bactrian.log;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.bactrian.log.NewSaga.Submission;
import org.bactrian.saga.LoggedSignal;
import org.bactrian.saga.OperatorWord;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaRecord;
import org.bactrian.saga.SagaStatus;
import org.jspecify.annotations.Nullable;

/** Something that is to be written, and the future of whoever waits for it. */
sealed interface Entry {
    SagaId saga();

    /** About what it takes in memory and on the wire. */
    int bytes();

    CompletableFuture<?> done();

    /**
     * @param payload null if the saga has none
     * @param waits whether a new one is nobody's at first, and waits in the log
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by identity only
    record Submit(NewSaga entered, byte @Nullable [] payload, boolean waits, CompletableFuture<Submitted> done)
            implements Entry {
        static Submit of(NewSaga saga, boolean waits) {
            Submission submission = saga.submission();
            byte[] payload = submission == null
                    ? null
                    : RecordCodec.encode(new SagaRecord.Payload(submission.payload()))
                            .data();
            return new Submit(saga, payload, waits, new CompletableFuture<>());
        }

        @Override
        public SagaId saga() {
            return entered.id();
        }

        @Override
        public int bytes() {
            return size(payload);
        }
    }

    /**
     * @param parked the reason; empty if the saga is not parked any more; null if that stays as it is
     * @param isRetry whether an operator has callbacks tried again: what was answered to them before is forgotten
     */
    record Append(
            SagaId saga,
            int seq,
            RecordCodec.Row row,
            @Nullable SagaStatus status,
            @Nullable String failure,
            @Nullable String parked,
            boolean isProgress,
            boolean isRetry,
            CompletableFuture<Void> done)
            implements Entry {
        private static final Set<String> OUTCOMES = Set.of("succeeded", "failed", "completed", "compensated");

        static Append of(SagaId saga, int seq, SagaRecord record) {
            return new Append(
                    saga,
                    seq,
                    RecordCodec.encode(record),
                    statusAfter(record),
                    record instanceof SagaRecord.Aborting aborting
                            ? aborting.failure().toString()
                            : null,
                    parkedAfter(record),
                    record.isProgress(),
                    record instanceof SagaRecord.Said said && said.word().verb() == OperatorWord.Verb.RETRY,
                    new CompletableFuture<>());
        }

        /** Whether it changes the saga's own row, which only one that has not ended allows. */
        boolean changesSaga() {
            return status != null || parked != null;
        }

        /** Of an action or a callback: what the saga does next does not wait for it. */
        boolean isOutcome() {
            return row.step() != null && OUTCOMES.contains(row.kind());
        }

        @Override
        public int bytes() {
            return size(row.data());
        }

        /** Whether it is what is said of a saga that can take nothing else. */
        boolean isParking() {
            return parked != null && !parked.isEmpty();
        }

        private static @Nullable String parkedAfter(SagaRecord record) {
            if (record instanceof SagaRecord.Said said && said.word().verb() != OperatorWord.Verb.SIGNAL) {
                return "";
            }
            return record instanceof SagaRecord.Parked parking ? parking.reason() : null;
        }

        private static @Nullable SagaStatus statusAfter(SagaRecord record) {
            if (record instanceof SagaRecord.Completing) {
                return SagaStatus.COMPLETING;
            } else if (record instanceof SagaRecord.Completed) {
                return SagaStatus.COMPLETED;
            } else if (record instanceof SagaRecord.Aborting) {
                return SagaStatus.ABORTING;
            } else if (record instanceof SagaRecord.Aborted) {
                return SagaStatus.ABORTED;
            }
            return null;
        }
    }

    /** The saga made progress that is no record: its claims are counted anew. */
    record Progress(SagaId saga, CompletableFuture<Void> done) implements Entry {
        @Override
        public int bytes() {
            return size(null);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // compared by identity only
    record Say(SagaId saga, LoggedSignal signal, byte[] data, CompletableFuture<SignalOutcome> done) implements Entry {
        static Say of(SagaId saga, LoggedSignal signal) {
            return new Say(saga, signal, Forms.bytes(Forms.of(signal.content())), new CompletableFuture<>());
        }

        @Override
        public int bytes() {
            return size(data);
        }
    }

    private static int size(byte @Nullable [] data) {
        return 200 + (data == null ? 0 : data.length);
    }
}
