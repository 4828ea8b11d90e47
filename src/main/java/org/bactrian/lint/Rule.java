package org.bactrian.lint;

import java.util.Locale;

/** What the lint refuses; docs/lint.md says of each why, and how to mend it. */
public enum Rule {
    PIPELINE,
    STEP_NAME,
    BESIDE_SAGA,
    COMPENSATION,
    TIME_LIMIT,
    STEP_LIMITS,
    PARALLEL_STAGE,
    SAME_STEP,
    NESTED_STEP,
    NESTED_LOOP,
    INNER_SAGA,
    WIRE_TAP,
    CAUGHT_FAILURE,
    HANDLED_FAILURE,
    LOST_SAGA,
    REPLAY,
    CALL_BETWEEN_STEPS,
    AWAIT,
    KAFKA_KEY,
    BARRIER_JDBC,
    NOWHERE,
    TWICE;

    /** As it is called towards people: {@code parallel-stage}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
