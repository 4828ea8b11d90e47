package org.bactrian.simulation;

/** A guarantee does not hold. */
final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1;

    @SuppressWarnings("AnnotateFormatMethod") // the annotation is no dependency of ours
    Violation(String guarantee, String what, Object... values) {
        super(guarantee + ": " + what.formatted(values));
    }
}
