package org.bactrian.camel;

import java.util.Optional;
import org.bactrian.log.Submitted;

/**
 * A submission that is on disk.
 *
 * @param live the saga if this process drives it, whether it is new or not
 */
record Entered(Submitted submitted, Optional<SagaCoordinator> live) {}
