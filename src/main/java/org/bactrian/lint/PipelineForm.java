package org.bactrian.lint;

import java.util.Optional;
import org.apache.camel.model.SagaPropagation;
import org.bactrian.camel.PipelineFaults;
import org.bactrian.saga.StepName;

/** What makes a route a pipeline or a step. */
final class PipelineForm implements Check {

    @Override
    public void look(Sagas sagas, Findings findings) {
        sagas.pipelines().forEach(pipeline -> look(pipeline.route(), findings));
        sagas.steps().stream()
                .filter(step -> step.saga().durable())
                .forEach(step -> lookAtName(step.route(), findings));
        sagas.pipelines()
                .forEach(pipeline -> Tree.walk(
                        pipeline.nodes(),
                        (node, around) -> node.steps()
                                .filter(WrittenRoute::isKamelet)
                                .forEach(step -> findings.add(
                                        Rule.STEP_NAME,
                                        node.place(),
                                        "Kamelet %s holds a saga: its route's name, which would be the step's, is made up anew at every start."
                                                .formatted(step.id()),
                                        "put the saga into a route of its own, and use the Kamelet inside it."))));
    }

    private static void look(WrittenRoute route, Findings findings) {
        String pipeline = route.from().path();
        if (!route.id().equals(pipeline)) {
            findings.add(
                    Rule.PIPELINE,
                    route.place(),
                    PipelineFaults.otherName(route.id(), pipeline) + ".",
                    "call the route %s, or consume from pipeline:%s.".formatted(pipeline, route.id()));
        }
        Optional<WrittenSaga> saga = route.saga();
        if (saga.filter(found -> found.propagation() == SagaPropagation.REQUIRES_NEW && found.durable())
                .isEmpty()) {
            findings.add(
                    Rule.PIPELINE,
                    route.place(),
                    "pipeline %s has no saga of propagation REQUIRES_NEW as its first EIP: no saga would be begun, recorded and ended by it."
                            .formatted(route.id()),
                    "write 'saga: {propagation: REQUIRES_NEW, timeout: …, steps: […]}' around what it does, without sagaService.");
        }
        if (saga.filter(WrittenSaga::hasOwn).isPresent()) {
            String words = PipelineFaults.ownCallbacks(route.id());
            int end = words.indexOf(". ");
            findings.add(
                    Rule.PIPELINE,
                    route.place(saga.get().definition()),
                    words.substring(0, end + 1),
                    words.substring(end + 2) + ".");
        }
    }

    private static void lookAtName(WrittenRoute step, Findings findings) {
        try {
            StepName.require(step.id());
        } catch (IllegalArgumentException e) {
            findings.add(Rule.STEP_NAME, step.place(), e.getMessage() + ".", "rename the route.");
        }
    }
}
