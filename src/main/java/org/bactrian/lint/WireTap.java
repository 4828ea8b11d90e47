package org.bactrian.lint;

import org.apache.camel.model.WireTapDefinition;

/** What a pipeline sends off without waiting goes on when the saga has ended. */
final class WireTap implements Check.BetweenSteps {
    private static final String MEND =
            "call it with 'to: direct:…', and put what has an effect into a step; in parallel: a multicast.";

    @Override
    public void look(Check.Spot spot, Findings findings) {
        Node node = spot.node();
        if (node.eip() instanceof WireTapDefinition<?>) {
            findings.add(
                    Rule.WIRE_TAP,
                    spot.place(),
                    "wireTap in %s: nobody waits for what it sends off, and nothing undoes it; each run of the saga sends it again."
                            .formatted(spot.where()),
                    MEND);
        } else if (!Targets.isPolling(node.eip())) {
            Targets.of(node.eip(), node.route())
                    .filter(address -> address.scheme().equals("seda"))
                    .filter(address -> address.option("waitForTaskToComplete")
                            .filter("Always"::equals)
                            .isEmpty())
                    .forEach(address -> findings.add(
                            Rule.WIRE_TAP,
                            spot.place(),
                            "%s in %s: the pipeline does not wait for it, the saga can end before it has begun."
                                    .formatted(address.shown(), spot.where()),
                            MEND));
        }
    }
}
