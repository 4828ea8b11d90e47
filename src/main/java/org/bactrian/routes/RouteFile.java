package org.bactrian.routes;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bactrian.routes.Item.Kind;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** A file of routes or of a Kamelet, cut into what can be replaced one by one. */
public record RouteFile(Path path, String text, List<Item> items) {
    private static final String KAMELET = ".kamelet.yaml";

    public RouteFile {
        items = List.copyOf(items);
    }

    /** One that is not there. */
    public static RouteFile absent(Path path) {
        return new RouteFile(path, "", List.of());
    }

    /** @throws RouteFault if it is no YAML, or neither routes nor a Kamelet */
    public static RouteFile of(Path path, String text) {
        var unread = new RouteFile(path, text, List.of());
        try {
            Node root = new Compose(
                            LoadSettings.builder().setLabel(path.toString()).build())
                    .composeString(text)
                    .orElseThrow(() -> new RouteFault(path, 1, "is empty; delete it to remove its routes"));
            if (isKamelet(path)) {
                return new RouteFile(path, text, List.of(kamelet(path, root, text)));
            }
            if (!(root instanceof SequenceNode list)) {
                throw new RouteFault(path, line(root), "must be a list of entries such as '- route:'");
            }
            var items = new ArrayList<Item>();
            for (Node node : list.getValue()) {
                items.add(item(path, node, text, items.size()));
            }
            return new RouteFile(path, text, items);
        } catch (YamlEngineException e) {
            throw RouteFault.of(unread, e);
        } catch (StackOverflowError e) {
            throw RouteFault.tooDeep(path);
        }
    }

    public boolean isKamelet() {
        return isKamelet(path);
    }

    private static boolean isKamelet(Path path) {
        return path.getFileName().toString().endsWith(KAMELET);
    }

    /** Camel finds it by its file's name. */
    private static Item kamelet(Path path, Node root, String text) {
        String name = path.getFileName().toString().replace(KAMELET, "");
        String said =
                value(root, "metadata").flatMap(data -> text(data, "name")).orElse("");
        if (!said.equals(name)) {
            throw new RouteFault(
                    path,
                    value(root, "metadata").map(RouteFile::line).orElse(1),
                    "metadata.name must be '%s', as its file says; is '%s'".formatted(name, said));
        }
        return new Item(Kind.KAMELET, name, text.strip(), 1);
    }

    private static Item item(Path path, Node node, String text, int number) {
        if (!(node instanceof MappingNode mapping) || mapping.getValue().isEmpty()) {
            throw new RouteFault(path, line(node), "must be an entry such as 'route:'");
        }
        NodeTuple tuple = mapping.getValue().get(0);
        String key = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
        Kind kind = Kind.of(key);
        Optional<String> id = text(tuple.getValueNode(), kind == Kind.TEMPLATED_ROUTE ? "routeId" : "id");
        if (kind == Kind.FIXED || (id.isEmpty() && kind != Kind.CONFIGURATION)) {
            return new Item(Kind.FIXED, path + " " + number, between(node, text), line(node));
        }
        return new Item(kind, id.orElse(""), between(node, text), line(node));
    }

    static Optional<Node> value(Node node, String key) {
        if (!(node instanceof MappingNode mapping)) {
            return Optional.empty();
        }
        return mapping.getValue().stream()
                .filter(tuple -> tuple.getKeyNode() instanceof ScalarNode scalar
                        && scalar.getValue().equals(key))
                .map(NodeTuple::getValueNode)
                .findFirst();
    }

    static Optional<String> text(Node node, String key) {
        return value(node, key).filter(ScalarNode.class::isInstance).map(found -> ((ScalarNode) found).getValue());
    }

    private static int line(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }

    private static String between(Node node, String text) {
        int from = node.getStartMark().map(Mark::getIndex).orElse(0);
        int to = node.getEndMark().map(Mark::getIndex).orElse(from);
        return text.substring(text.offsetByCodePoints(0, from), text.offsetByCodePoints(0, to))
                .strip();
    }
}
