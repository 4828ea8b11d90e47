package org.bactrian.saga;

/** This process gave the saga up, for instance because it stops: the exchange ends here, the saga does not. */
public final class SagaReleased extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public SagaReleased(SagaId saga) {
        super("saga %s was released by this process".formatted(saga), null, false, false);
    }
}
