package org.bactrian.lint;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bactrian.camel.PipelineFaults;

/** Names and addresses that only one route can have. */
final class Twice implements Check {
    private static final List<String> SINGLE = List.of("direct", "pipeline");

    @Override
    public void look(Sagas sagas, Findings findings) {
        Map<String, WrittenRoute> ids = new HashMap<>();
        Map<String, WrittenRoute> addresses = new HashMap<>();
        for (WrittenRoute route : sagas.written().routes()) {
            WrittenRoute same = route.id().equals(WrittenRoute.NO_ID) ? null : ids.putIfAbsent(route.id(), route);
            if (same != null) {
                add(route, same, "there is another route %s".formatted(route.id()), findings);
            }
            Stream.ofNullable(route.definition().getInput())
                    .flatMap(from -> Targets.of(from.getEndpointUri(), route))
                    .filter(from -> SINGLE.contains(from.scheme()))
                    .forEach(from -> lookAt(from, route, addresses, findings));
        }
    }

    private static void lookAt(
            Address from, WrittenRoute route, Map<String, WrittenRoute> addresses, Findings findings) {
        WrittenRoute other = addresses.putIfAbsent(from.scheme() + ":" + from.path(), route);
        if (other != null) {
            String wrong = from.scheme().equals("pipeline")
                    ? PipelineFaults.secondConsumer(from.path())
                    : "two routes consume from direct:" + from.path();
            add(route, other, wrong, findings);
        }
    }

    private static void add(WrittenRoute route, WrittenRoute other, String wrong, Findings findings) {
        findings.add(
                Rule.TWICE,
                route.place(),
                "%s (%s:%d)."
                        .formatted(
                                wrong,
                                other.place().file().getFileName(),
                                other.place().line()),
                "rename one of them.");
    }
}
