package org.bactrian.log;

/** What became of a signal. */
public enum SignalOutcome {
    /** It is on disk, and the saga's owner is told. */
    STORED,
    /** The saga has one of this name: the first counts, this one is dropped. */
    REPEATED,
    /** The saga is over: dropped. */
    ENDED,
    /** There is no such saga. */
    UNKNOWN_SAGA
}
