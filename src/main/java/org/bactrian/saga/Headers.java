package org.bactrian.saga;

/**
 * The message headers by which a call to a participant is known, over HTTP and Kafka alike. {@link #SAGA_ID},
 * {@link #SAGA_STEP} and {@link #SAGA_CALL} together are the idempotency key; replies echo them.
 */
public final class Headers {
    /** The saga's id, a UUID in its canonical form. */
    public static final String SAGA_ID = "sagaId";

    /** The step's name: its route id, in a loop or split followed by {@code #index}. */
    public static final String SAGA_STEP = "sagaStep";

    /** {@code action}, {@code completion} or {@code compensation}. */
    public static final String SAGA_CALL = "sagaCall";

    /** The saga's id in LRA's form, {@code <public url>/lra-coordinator/<uuid>}: the standard header. */
    public static final String LONG_RUNNING_ACTION = "Long-Running-Action";

    /** What a Kafka message says, in PascalCase: {@code ReserveInventory}, {@code InventoryRefused}. */
    public static final String MESSAGE_TYPE = "messageType";

    private Headers() {}
}
