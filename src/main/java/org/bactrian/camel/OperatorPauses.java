package org.bactrian.camel;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.SortedSet;
import java.util.function.Supplier;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Header;
import org.bactrian.log.Pauses;
import org.bactrian.log.Pauses.Kind;
import org.bactrian.log.Pauses.Pause;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a pipeline or a step paused or resumed that runs here, or that is paused already. What was said is on disk, and holds in
 * this process, when a method returns; in the others within a heartbeat. Answers are JSON.
 */
public final class OperatorPauses {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorPauses.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final DurableSagaService service;
    private final Supplier<SortedSet<String>> pipelines;
    private final Supplier<SortedSet<String>> steps;

    OperatorPauses(
            DurableSagaService service, Supplier<SortedSet<String>> pipelines, Supplier<SortedSet<String>> steps) {
        this.service = service;
        this.pipelines = pipelines;
        this.steps = steps;
    }

    /**
     * @param kind {@code pipeline} or {@code step}
     * @throws NoSuchElementException if there is none of this name; says which there are
     */
    public String pause(
            @ExchangeProperty("kind") String kind,
            @Header("route") String route,
            @ExchangeProperty("reason") String reason) {
        return say(kind, route, "paused", reason, (asked, pauses) -> pauses.pause(asked, route, reason));
    }

    /** As {@link #pause}. */
    public String resume(
            @ExchangeProperty("kind") String kind,
            @Header("route") String route,
            @ExchangeProperty("reason") String reason) {
        return say(kind, route, "resumed", reason, (asked, pauses) -> pauses.resume(asked, route, reason));
    }

    /** All that is paused. */
    public String list() {
        Pauses pauses = service.pauses();
        pauses.read();
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode all = answer.putArray("pauses");
        pauses.known().forEach(pause -> all.add(put(JSON.createObjectNode(), pause)));
        return answer.toString();
    }

    private String say(String kind, String route, String word, String reason, Saying saying) {
        Kind asked = Kind.valueOf(kind.toUpperCase(Locale.ROOT));
        Pauses pauses = service.pauses();
        pauses.read();
        requireKnown(asked, route);
        saying.say(asked, pauses);
        service.pausesChanged();
        LOG.warn("{} {} is {} by an operator: {}", kind, route, word, reason);
        ObjectNode answer = JSON.createObjectNode().put(kind, route);
        return pauses.known().stream()
                .filter(pause -> pause.kind() == asked && pause.name().equals(route))
                .findFirst()
                .map(pause -> put(answer.put("paused", true), pause))
                .orElseGet(() -> answer.put("paused", false))
                .toString();
    }

    private void requireKnown(Kind kind, String route) {
        SortedSet<String> known = (kind == Kind.PIPELINE ? pipelines : steps).get();
        boolean paused = service.pauses().known().stream()
                .anyMatch(pause -> pause.kind() == kind && pause.name().equals(route));
        if (!paused && !known.contains(route)) {
            String what = kind.name().toLowerCase(Locale.ROOT);
            throw new NoSuchElementException(
                    "there is no %s %s; there are %s".formatted(what, route, String.join(", ", known)));
        }
    }

    private static ObjectNode put(ObjectNode node, Pause pause) {
        return node.put(pause.kind().name().toLowerCase(Locale.ROOT), pause.name())
                .put("reason", pause.reason())
                .put("pausedAt", pause.pausedAt().toString());
    }

    private interface Saying {
        void say(Kind kind, Pauses pauses);
    }
}
