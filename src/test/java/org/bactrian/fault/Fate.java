package org.bactrian.fault;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What becomes of one delivery.
 *
 * @param until when what is held goes on its way
 */
record Fate(Kind kind, CompletionStage<?> until) {

    enum Kind {
        PASSES,
        /** Never arrives. The caller of HTTP is told that the connection is lost; Kafka's sender believes it sent. */
        DROPPED,
        /** HTTP only: arrives, but the caller is told that the connection is lost. */
        ANSWER_LOST,
        /** Arrives twice, one after the other; the caller of HTTP gets the second answer. */
        DOUBLED,
        /** HTTP only: arrives twice, and the caller gets the first answer. */
        ANSWERED_TWICE,
        /** Arrives twice at the same time, over two connections or two partitions. */
        DOUBLED_AT_ONCE,
        /** Arrives later. The caller of HTTP is told at once that the connection is lost; Kafka's sender believes it sent. */
        LATE,
        /** Arrives later. The caller of HTTP waits; Kafka's sender believes it sent. */
        SLOW,
        /** Arrives, and later once more. */
        REPEATED_LATE
    }

    static final Fate PASSES = of(Kind.PASSES);
    static final Fate DROPPED = of(Kind.DROPPED);
    static final Fate ANSWER_LOST = of(Kind.ANSWER_LOST);
    static final Fate DOUBLED = of(Kind.DOUBLED);
    static final Fate ANSWERED_TWICE = of(Kind.ANSWERED_TWICE);
    static final Fate DOUBLED_AT_ONCE = of(Kind.DOUBLED_AT_ONCE);

    static Fate late(CompletionStage<?> until) {
        return new Fate(Kind.LATE, until);
    }

    static Fate slow(CompletionStage<?> until) {
        return new Fate(Kind.SLOW, until);
    }

    static Fate repeatedLate(CompletionStage<?> until) {
        return new Fate(Kind.REPEATED_LATE, until);
    }

    private static Fate of(Kind kind) {
        return new Fate(kind, CompletableFuture.completedFuture(null));
    }
}
