package org.bactrian.lint;

import java.util.stream.Stream;

/** Camel moves what is written beside a {@code saga} into it, before everything else there. */
final class BesideSaga implements Check {

    @Override
    public void look(Sagas sagas, Findings findings) {
        Stream.concat(
                        sagas.pipelines().stream().map(Sagas.Pipeline::route),
                        sagas.steps().stream().map(Sagas.Step::route))
                .distinct()
                .forEach(
                        route -> route.besideSaga()
                                .forEach(
                                        beside -> findings.add(
                                                Rule.BESIDE_SAGA,
                                                route.place(beside),
                                                "%s is written beside the saga, not in it: Camel runs it inside, before everything else there, also if it was written after it."
                                                        .formatted(beside.getShortName()),
                                                "write it among the saga's steps; what must come before the saga is begun stands in the route that calls this one.")));
    }
}
