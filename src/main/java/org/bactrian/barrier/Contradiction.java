package org.bactrian.barrier;

import org.bactrian.saga.Call;

/**
 * A call contradicts what was applied before: a completion after the compensation, the reverse, or a completion without
 * its action. Final: nothing was applied, asking again changes nothing, an operator must look.
 */
public final class Contradiction extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    Contradiction(BarrierKey key, History history) {
        super(("a step must be either completed or compensated, and completed only after its action was applied;"
                        + " found %s at the %s")
                .formatted(history.entries().isEmpty() ? "nothing" : described(history), key));
    }

    private static String described(History history) {
        StringBuilder found = new StringBuilder();
        for (Call call : Call.values()) {
            history.of(call)
                    .ifPresent(entry -> found.append(found.isEmpty() ? "" : ", ")
                            .append(call.header())
                            .append(' ')
                            .append(entry.outcome().word()));
        }
        return found.toString();
    }
}
