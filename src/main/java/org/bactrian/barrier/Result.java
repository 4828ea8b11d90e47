package org.bactrian.barrier;

import org.apache.camel.Exchange;
import org.bactrian.saga.Call;
import org.bactrian.saga.Refused;
import org.jspecify.annotations.Nullable;

/**
 * How one attempt at a call ended: exactly one of the two.
 *
 * @param answer to hand to the caller, recorded
 * @param failure to hand to the caller: a refusal, or what kept the steps from being applied
 */
record Result(@Nullable Answer answer, @Nullable Exception failure) {
    Result {
        if ((answer == null) == (failure == null)) {
            throw new IllegalStateException("a call must end with either an answer or a failure");
        }
    }

    static Result of(Answer answer) {
        return new Result(answer, null);
    }

    static Result of(Exception failure) {
        return new Result(null, failure);
    }

    /** Takes the failure of the steps off the exchange; null: they succeeded. */
    static @Nullable Exception takeFailure(Exchange exchange, BarrierKey key) {
        Exception failure = exchange.getException();
        if (failure == null) {
            return handled(exchange)
                    ? new IllegalStateException(
                            "an error inside the barrier must not be handled there; it was at the %s".formatted(key))
                    : null;
        }
        Refused refused = exchange.getException(Refused.class);
        exchange.setException(null);
        if (refused == null) {
            return failure;
        }
        return key.call() == Call.ACTION
                ? refused
                : new IllegalStateException("a %s must not refuse; the %s did: %s"
                        .formatted(key.call().header(), key, refused.reason()));
    }

    private static boolean handled(Exchange exchange) {
        var state = exchange.getExchangeExtension();
        return exchange.isRollbackOnly() || (state.isErrorHandlerHandledSet() && state.isErrorHandlerHandled());
    }
}
