package org.bactrian.lint;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.model.BeanDefinition;
import org.apache.camel.model.ProcessDefinition;
import org.bactrian.lint.Sagas.Step;

/** One step of a plan. */
record StepText(Limits limits, Page page) {
    private static final int MOST = 80;
    private static final String NOBODY = "calls nobody";

    void add(String number, Step step, Begun begun) {
        WrittenRoute route = step.route();
        page.addWithEnd(number + route.id(), "limit " + Limits.shown(limits.of(route)));
        String indent = " ".repeat(number.length());
        Optional.ofNullable(route.definition().getDescription()).ifPresent(said -> page.add(indent, said));
        page.add(indent + "action        ", calls(step.action()));
        step.saga()
                .completion()
                .ifPresent(uri -> page.add(indent + "completion    ", callback(uri, step.completion(), NOBODY)));
        page.add(
                indent + "compensation  ",
                step.saga()
                        .compensation()
                        .map(uri -> callback(uri, step.compensation(), "leaves nothing behind"))
                        .orElse("none"));
        page.add(indent + "if it fails   ", "undone: " + begun.undone(route.id()));
    }

    /** Of a callback: its route, or the endpoint. */
    static String name(String uri) {
        return uri.replaceFirst("^direct:(//)?", "");
    }

    private static String callback(String uri, List<Node> nodes, String otherwise) {
        return nodes.isEmpty() ? uri : name(uri) + ": " + (calls(nodes).equals(NOBODY) ? otherwise : calls(nodes));
    }

    private static String calls(List<Node> nodes) {
        List<String> calls =
                Tree.all(nodes).stream().flatMap(StepText::calls).distinct().toList();
        return calls.isEmpty() ? NOBODY : String.join(", then ", calls);
    }

    private static Stream<String> calls(Node node) {
        Stream<String> code = Stream.of();
        if (node.eip() instanceof BeanDefinition bean) {
            code = Stream.of("bean " + (bean.getRef() == null ? bean.getBeanType() : bean.getRef()));
        } else if (node.eip() instanceof ProcessDefinition process) {
            code = Stream.of("process " + process.getRef());
        }
        return Stream.concat(
                code,
                Targets.of(node.eip(), node.route())
                        .filter(address -> node.entered().isEmpty())
                        .map(StepText::shown));
    }

    private static String shown(Address address) {
        if (address.scheme().equals("await")) {
            return "waits for " + address.path();
        }
        String text = Targets.shown(address).replaceAll("\\s+", " ").replaceAll("\\$\\{header\\.(\\w+)}", "{$1}");
        return text.length() <= MOST ? text : text.substring(0, MOST - 1) + "…";
    }
}
