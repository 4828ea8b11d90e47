package org.bactrian.lint;

import java.util.List;

/** All rules, on all routes that a set of route files makes. */
public final class Lint {
    private static final List<Check> CHECKS = List.of(
            new PipelineForm(),
            new BesideSaga(),
            new Compensations(),
            new TimeLimits(),
            new ParallelStage(),
            new SameStep(),
            new StepAgain(),
            new NestedStep(),
            new NestedLoop(),
            new InnerSaga(),
            new WireTap(),
            new CaughtFailure(),
            new HandledFailure(),
            new LostSaga(),
            new Replay(),
            new CallBetweenSteps(),
            new Await(),
            new KafkaKey(),
            new BarrierJdbc(),
            new Nowhere(),
            new References(),
            new Twice());

    private Lint() {}

    /**
     * @param findings all that is wrong, in the order of the files
     * @param routes how many were looked at
     * @param pipelines how many of them are pipelines
     */
    public record Report(List<Finding> findings, int routes, int pipelines) {
        public Report {
            findings = List.copyOf(findings);
        }

        /** One line. */
        String summary() {
            return "%d %s, %d %s: %s"
                    .formatted(
                            routes,
                            routes == 1 ? "route" : "routes",
                            pipelines,
                            pipelines == 1 ? "pipeline" : "pipelines",
                            findings.isEmpty() ? "nothing found" : findings.size() + " found; docs/lint.md says more");
        }
    }

    /** @throws Unreadable if a Kamelet that is looked for elsewhere cannot be read */
    public static Report check(Written written) {
        var findings = new Findings();
        var sagas = Sagas.of(written);
        CHECKS.forEach(check -> check.look(sagas, findings));
        return new Report(
                findings.sorted(), written.routes().size(), sagas.pipelines().size());
    }
}
