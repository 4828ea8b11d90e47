package org.bactrian.log;

import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaStatus;

/**
 * The answer to a submission, durable when it is given.
 *
 * @param isNew false if the key was known, with the same body
 */
public record Submitted(SagaId id, SagaStatus status, boolean isNew) {}
