package org.bactrian.lint;

import java.util.Set;

/** What has an effect, or asks others, is done in steps: only they are recorded, asked again under one key, and undone. */
final class CallBetweenSteps implements Check.BetweenSteps {
    /** They make something of the message and of nothing else. */
    private static final Set<String> OF_THE_MESSAGE = Set.of(
            "log",
            "json-validator",
            "json-patch",
            "validator",
            "xslt",
            "xslt-saxon",
            "jslt",
            "jolt",
            "jsonata",
            "velocity",
            "freemarker",
            "mustache",
            "dataformat",
            "mock");

    /** The saga's own end, and what other rules look at. */
    private static final Set<String> ELSEWHERE = Set.of("saga", "await");

    @Override
    public void look(Check.Spot spot, Findings findings) {
        Targets.of(spot.node().eip(), spot.node().route()).forEach(address -> {
            if (address.isUnknown()) {
                findings.add(
                        Rule.CALL_BETWEEN_STEPS,
                        spot.place(),
                        "%s of %s can lead anywhere: what it does cannot be checked, and the plan cannot show it."
                                .formatted(spot.node().eip().getShortName(), spot.where()),
                        "write the routes that it chooses among: a choice, or 'toD: direct:…' with the expression at the end.");
            } else if (isCall(address)) {
                findings.add(
                        Rule.CALL_BETWEEN_STEPS,
                        spot.place(),
                        "%s is called between the steps of %s: again whenever the saga is resumed, with what may be another answer then, and nothing undoes it."
                                .formatted(address.shown(), spot.where()),
                        "call it in a step, compensated by direct:nothing-to-undo if it leaves nothing behind.");
            }
        });
    }

    private static boolean isCall(Address address) {
        return !Written.isLocal(address)
                && !OF_THE_MESSAGE.contains(address.scheme())
                && !ELSEWHERE.contains(address.scheme())
                && !Replay.CODE.contains(address.scheme());
    }
}
