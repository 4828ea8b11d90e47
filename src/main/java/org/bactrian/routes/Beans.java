package org.bactrian.routes;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * The beans that a route file makes. Camel makes them as soon as it reads the file; who only looks reads the rest.
 *
 * @param types by name
 * @param rest the file's text without them, each line where it was
 */
public record Beans(Map<String, String> types, String rest) {
    private static final String NONE = "[]";

    public Beans {
        types = Map.copyOf(types);
    }

    /** @param file as {@link RouteFile#of} has read it */
    public static Beans of(RouteFile file) {
        var types = new LinkedHashMap<String, String>();
        var rest = new StringBuilder(file.text());
        for (Node list : lists(file)) {
            for (Node bean : ((SequenceNode) list).getValue()) {
                RouteFile.text(bean, "name")
                        .ifPresent(name -> types.put(
                                name, RouteFile.text(bean, "type").orElse("").replace("#class:", "")));
            }
            blank(rest, file.text(), list);
        }
        return new Beans(types, rest.toString());
    }

    private static List<Node> lists(RouteFile file) {
        Optional<Node> root = new Compose(LoadSettings.builder().build()).composeString(file.text());
        var lists = new ArrayList<Node>();
        if (root.orElse(null) instanceof SequenceNode entries) {
            for (Node entry : entries.getValue()) {
                RouteFile.value(entry, "beans")
                        .filter(SequenceNode.class::isInstance)
                        .ifPresent(lists::add);
            }
        }
        return lists;
    }

    private static void blank(StringBuilder rest, String text, Node list) {
        int from = index(text, list.getStartMark());
        int to = index(text, list.getEndMark());
        for (int i = from; i < to; i++) {
            if (rest.charAt(i) != '\n') {
                rest.setCharAt(i, i - from < NONE.length() ? NONE.charAt(i - from) : ' ');
            }
        }
    }

    private static int index(String text, Optional<Mark> mark) {
        return text.offsetByCodePoints(
                0,
                mark.orElseThrow(() -> new IllegalStateException("a YAML node has a place"))
                        .getIndex());
    }
}
