package org.bactrian.ops;

import java.io.PrintWriter;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the letters that a command means, or says what there is not.
 *
 * @param topics all that there are
 * @param err is told what had to be left out
 */
record Selection(DeadLetters dead, Set<String> topics, PrintWriter err) {

    /**
     * By topic, oldest first.
     *
     * @param topic with or without {@code .dead}; null for all
     * @throws NotDone if there is no such topic
     */
    List<DeadLetter> all(@Nullable String topic) {
        if (topic == null) {
            return read(topics.stream()
                    .filter(name -> name.endsWith(DeadLetter.SUFFIX))
                    .collect(Collectors.toCollection(TreeSet::new)));
        }
        String name = topic.endsWith(DeadLetter.SUFFIX) ? topic : topic + DeadLetter.SUFFIX;
        if (!topics.contains(name)) {
            throw new NotDone("Kafka has no topic %s".formatted(Payload.printable(name)));
        }
        return read(List.of(name));
    }

    /**
     * All of them, each once, in the order given.
     *
     * @throws NotDone with all names that no letter has
     */
    List<DeadLetter> named(List<String> names) {
        var wanted = new LinkedHashSet<>(names);
        Set<String> places = wanted.stream()
                .map(DeadLetter::topicOf)
                .flatMap(Optional::stream)
                .filter(topics::contains)
                .collect(Collectors.toCollection(TreeSet::new));
        Map<String, DeadLetter> found =
                read(places).stream().collect(Collectors.toMap(DeadLetter::name, Function.identity()));
        String missing = wanted.stream()
                .filter(name -> !found.containsKey(name))
                .map(Payload::printable)
                .collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            throw new NotDone(
                    "no dead letter has the name %s; './bactrian dead list' has the names".formatted(missing));
        }
        return wanted.stream().map(found::get).map(Objects::requireNonNull).toList();
    }

    /** Every letter's origin topic must exist: else Kafka might create one that nobody reads. */
    void requireOrigins(List<DeadLetter> letters) {
        String missing = letters.stream()
                .map(DeadLetter::originTopic)
                .filter(topic -> !topics.contains(topic))
                .distinct()
                .collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            throw new NotDone("nothing was replayed: Kafka has no topic %s; create it first".formatted(missing));
        }
    }

    private List<DeadLetter> read(Collection<String> places) {
        DeadLetters.Content content = dead.read(places);
        content.strangers()
                .forEach((topic, count) -> err.printf(
                        "bactrian: left out of %s: %d records that are no dead letters, for their key is no name%n",
                        topic, count));
        return content.letters();
    }
}
