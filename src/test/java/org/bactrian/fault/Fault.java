package org.bactrian.fault;

/** What goes wrong with one participant, once unless said otherwise. */
enum Fault {
    REFUSES,
    /** After everything is written, at the last moment before the commit. */
    THROWS_BEFORE_COMMIT,
    /** Its work is committed; over HTTP its answer is lost, over Kafka its offset uncommitted. */
    IS_ABANDONED_AFTER_COMMIT,
    /** However often it is asked. */
    NEVER_ANSWERS,
    /** Over HTTP the call is repeated and both answers come: the second is ignored. */
    ANSWERS_TWICE,
    IS_ASKED_TWICE,
    /** Over two connections or two partitions; both calls stand before the barrier together. */
    IS_ASKED_TWICE_AT_ONCE,
    /** The action is held until the saga has been aborted without it. */
    IS_COMPENSATED_BEFORE_IT_ACTS,
    IS_COMPENSATED_TWICE,
    COMPENSATION_THROWS_BEFORE_COMMIT,
    COMPENSATION_IS_ABANDONED_AFTER_COMMIT,
    IS_COMPLETED_TWICE,
    COMPLETION_THROWS_BEFORE_COMMIT,
    COMPLETION_IS_ABANDONED_AFTER_COMMIT,
    /** What asks it, and what it says, arrives once more after the saga's end; over HTTP the first call arrives only then. */
    IS_OVERTAKEN;

    boolean isOfCompensation() {
        return switch (this) {
            case IS_COMPENSATED_TWICE, COMPENSATION_THROWS_BEFORE_COMMIT, COMPENSATION_IS_ABANDONED_AFTER_COMMIT ->
                true;
            default -> false;
        };
    }

    boolean isOfCompletion() {
        return switch (this) {
            case IS_COMPLETED_TWICE, COMPLETION_THROWS_BEFORE_COMMIT, COMPLETION_IS_ABANDONED_AFTER_COMMIT -> true;
            default -> false;
        };
    }
}
