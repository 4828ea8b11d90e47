package org.bactrian.lint;

import java.util.ArrayList;
import java.util.List;

/** The names under which steps are recorded. */
final class Names {
    private Names() {}

    /** Of all steps in them, in order. */
    static List<String> steps(List<Node> nodes) {
        var names = new ArrayList<String>();
        Tree.walk(nodes, (node, around) -> node.steps().map(WrittenRoute::id).forEach(names::add));
        return names;
    }
}
