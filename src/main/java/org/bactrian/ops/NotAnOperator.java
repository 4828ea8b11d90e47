package org.bactrian.ops;

/** A request for operators only did not prove to be one's; over HTTP a 401. Nothing was done. */
public final class NotAnOperator extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotAnOperator(String message) {
        super(message, null, false, false);
    }
}
