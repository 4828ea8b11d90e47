package org.bactrian.saga;

/** Where a step stands: its action first, then the one callback that the saga's end asks for. */
public enum StepStatus {
    STARTED,
    SUCCEEDED,
    FAILED,
    COMPENSATING,
    COMPENSATED,
    COMPLETING,
    COMPLETED
}
