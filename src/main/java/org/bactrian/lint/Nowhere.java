package org.bactrian.lint;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bactrian.camel.PipelineFaults;

/** Every address that a route names is there: what is sent nowhere would fail only when the first saga comes by. */
final class Nowhere implements Check {
    private static final Pattern NAME = Pattern.compile("[\\w.-]+");

    @Override
    public void look(Sagas sagas, Findings findings) {
        new Search(sagas, findings).look();
    }

    private static final class Search {
        private final Written written;
        private final Findings findings;
        private final Tree tree;
        private final Set<String> polled = new HashSet<>();

        Search(Sagas sagas, Findings findings) {
            this.written = sagas.written();
            this.findings = findings;
            this.tree = sagas.tree();
        }

        void look() {
            for (WrittenRoute route : written.routes()) {
                Tree.walkWithin(tree.of(route), (node, around) -> {
                    if (Targets.isPolling(node.eip())) {
                        Targets.of(node.eip(), node.route())
                                .forEach(address -> polled.add(address.scheme() + ":" + address.path()));
                    }
                });
            }
            for (WrittenRoute route : written.routes()) {
                Optional.ofNullable(route.definition().getInput())
                        .ifPresent(from -> look(from.getEndpointUri(), route, route::place, true));
                route.saga().ifPresent(saga -> {
                    Supplier<Place> place = () -> route.place(saga.definition());
                    saga.compensation().ifPresent(uri -> look(uri, route, place, false));
                    saga.completion().ifPresent(uri -> look(uri, route, place, false));
                });
                look(tree.of(route));
                look(tree.ofFailures(route));
            }
        }

        private void look(List<Node> nodes) {
            Tree.walkWithin(nodes, (node, around) -> {
                Supplier<Place> place = new Check.Spot(node.route(), node, around)::place;
                Targets.uris(node.eip()).forEach(uri -> look(uri, node.route(), place, Targets.isPolling(node.eip())));
            });
        }

        /**
         * @param place asked for only if something is wrong
         * @param takes whether something is taken from there, not sent there
         */
        private void look(String uri, WrittenRoute route, Supplier<Place> place, boolean takes) {
            String resolved;
            try {
                resolved = route.resolve(uri);
            } catch (IllegalArgumentException e) {
                findings.add(
                        Rule.NOWHERE,
                        place.get(),
                        "%s: a key in it has no value (%s).".formatted(uri, e.getMessage()),
                        "set the key in config/application.properties.");
                return;
            }
            try {
                missing(Address.of(resolved), takes)
                        .ifPresent(wrong -> findings.add(
                                Rule.NOWHERE, place.get(), wrong, "mend the address, or add what it leads to."));
            } catch (IllegalArgumentException e) {
                findings.add(
                        Rule.NOWHERE,
                        place.get(),
                        "%s: %s.".formatted(uri, e.getMessage()),
                        "mend the address's options.");
            }
        }

        private Optional<String> missing(Address address, boolean takes) {
            if (address.isUnknown()) {
                return Optional.empty(); // a pipeline must not have one; elsewhere nothing can be known
            }
            if (!address.scheme().equals("kamelet") && (takes || !Written.isLocal(address))) {
                return missingElsewhere(address, takes);
            }
            if (address.scheme().equals("kamelet")) {
                return address.isDynamic() || !written.consumers(address).isEmpty()
                        ? Optional.empty()
                        : Optional.of("%s: there is no such Kamelet.".formatted(address.shown()));
            }
            boolean isTaken =
                    !written.consumers(address).isEmpty() || polled.contains(address.scheme() + ":" + address.path());
            return isTaken
                    ? Optional.empty()
                    : Optional.of("%s: no route consumes from there.".formatted(address.shown()));
        }

        private Optional<String> missingElsewhere(Address address, boolean takes) {
            if (!written.ground().isScheme(address.scheme())) {
                return Optional.of("%s: there is no component '%s'.".formatted(address.shown(), address.scheme()));
            }
            Optional<String> bean = missingBean(address);
            if (bean.isPresent() || takes || !address.scheme().equals("pipeline") || address.isDynamic()) {
                return bean;
            }
            Set<String> pipelines = written.pipelines().map(WrittenRoute::id).collect(Collectors.toSet());
            return pipelines.contains(address.path())
                    ? Optional.empty()
                    : Optional.of(PipelineFaults.unknown(address.path()) + ".");
        }

        /** Named by {@code bean:} or an option. */
        private Optional<String> missingBean(Address address) {
            Stream<String> itself = Stream.of(address.path())
                    .filter(name -> address.scheme().equals("bean")
                            && NAME.matcher(name).matches());
            Stream<String> options = address.options().values().stream()
                    .filter(value -> value.startsWith("#"))
                    .map(value -> value.replaceFirst("^#(bean:)?", ""))
                    .filter(name -> NAME.matcher(name).matches());
            return Stream.concat(itself, options)
                    .filter(name -> !written.isBeanOrClass(name))
                    .map(name -> "%s: there is no bean %s.".formatted(address.shown(), name))
                    .findFirst();
        }
    }
}
