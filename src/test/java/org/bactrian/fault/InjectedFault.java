package org.bactrian.fault;

/** The infrastructure's failure, made by the test. */
final class InjectedFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InjectedFault(String message) {
        super(message);
    }
}
