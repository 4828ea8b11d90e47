package org.bactrian.crash;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.bactrian.fault.Participant;

/**
 * What an order must have left behind although its router stopped: the same as undisturbed, but what the router had begun
 * without an outcome is asked once more.
 */
final class Continued {
    private static final Set<String> JOINED = Arrays.stream(Participant.values())
            .filter(participant -> !participant.isCommanded())
            .map(Participant::step)
            .collect(Collectors.toSet());

    private Continued() {}

    /**
     * @param undisturbed the story's statement
     * @param left the saga's records when its router stopped
     */
    static String expected(String undisturbed, String left) {
        Map<String, String> last = new HashMap<>();
        left.lines().forEach(line -> last.put(step(line), line.substring(line.lastIndexOf(' ') + 1)));
        return undisturbed
                .lines()
                .map(line -> again(line, last.getOrDefault(step(line), "")))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    /** How often who has joined is asked is Kafka's to say: whose offset was not committed hears the event once more. */
    static String comparable(String found) {
        return found.lines()
                .map(line -> JOINED.contains(step(line)) ? onceOnly(line) : line)
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static String onceOnly(String line) {
        return line.replaceAll(" (failed )?again(?= |$)", "").replaceFirst(" failed succeeded", " succeeded");
    }

    private static String again(String line, String last) {
        if (JOINED.contains(step(line))) {
            return last.equals("compensating") ? line.replaceFirst(last, last + " " + last) : line;
        }
        return switch (last) {
            case "begun", "attempt" -> line.replaceFirst("begun", "begun again");
            case "completing", "compensating" -> line.replaceFirst(last, last + " " + last);
            default -> line;
        };
    }

    private static String step(String line) {
        return line.substring(0, Math.max(0, line.indexOf(':')));
    }
}
