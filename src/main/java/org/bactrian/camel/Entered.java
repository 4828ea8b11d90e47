package org.bactrian.camel;

import java.util.Optional;
import org.bactrian.log.Submitted;

/**
 * A submission that is on disk.
 *
 * @param live the saga if this process drives it, and this is not its first submission or has it run at once
 */
record Entered(Submitted submitted, Optional<SagaCoordinator> live) {}
