package org.bactrian;

import org.bactrian.embedded.CannotStart;
import org.bactrian.ops.NotDone;

/** Makes one sentence for a person out of why the application cannot start or a command was not done. */
final class Faults {
    private Faults() {}

    /** Of the first cause that was written for people, else the innermost, with the place Camel gives for it. */
    static String sentence(Throwable error) {
        Throwable cause = error;
        String place = "";
        while (!isForPeople(cause) && cause.getCause() != null && cause.getCause() != cause) {
            String message = String.valueOf(cause.getMessage());
            if (message.contains(".camel.yaml") || message.startsWith("Failed to create route")) {
                place = message.lines().findFirst().orElse("") + " ";
            }
            cause = cause.getCause();
        }
        String message = cause.getMessage() == null ? cause.getClass().getName() : cause.getMessage();
        return message.startsWith(place) || place.contains(message) ? message : place + message;
    }

    private static boolean isForPeople(Throwable cause) {
        return cause instanceof CannotStart || cause instanceof NotDone;
    }
}
