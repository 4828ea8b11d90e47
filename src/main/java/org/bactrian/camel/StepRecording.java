package org.bactrian.camel;

import org.apache.camel.CamelContext;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.model.LoopDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SagaDefinition;
import org.apache.camel.model.SagaPropagation;
import org.apache.camel.model.SplitDefinition;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.CamelContextHelper;

/**
 * Decides by what a route's {@code saga} declares how it is recorded: as a step, as a route that is called back when it is
 * part of a saga, or not at all.
 */
final class StepRecording implements InterceptStrategy {
    private final DurableSagaService service;
    private final Declared declared;

    StepRecording(DurableSagaService service, Declared declared) {
        this.service = service;
        this.declared = declared;
    }

    @Override
    public Processor wrapProcessorInInterceptors(
            CamelContext context, NamedNode node, Processor target, Processor next) {
        if (node instanceof LoopDefinition || node instanceof SplitDefinition) {
            return new IndexScope(target);
        }
        if (!(node instanceof SagaDefinition saga) || saga.getSagaService() != null) {
            return target;
        }
        RouteDefinition route = ProcessorDefinitionHelper.getRoute(saga);
        SagaPropagation propagation = CamelContextHelper.parse(context, SagaPropagation.class, saga.getPropagation());
        boolean step = propagation == SagaPropagation.MANDATORY || hasOwn(saga);
        var declaring = new Declaring(target, declared.read(context, route.getRouteId(), saga, step));
        if (propagation == SagaPropagation.MANDATORY) {
            return new StepRecorder(declaring, service, route.getRouteId());
        }
        if (!hasOwn(saga)) {
            return declaring;
        }
        requireNoPipeline(context, route);
        return new RouteRecorder(
                declaring, service, route.getRouteId(), propagation == null ? SagaPropagation.REQUIRED : propagation);
    }

    /** Whether there is anything to record of the route itself, and not only of the steps that it calls. */
    private static boolean hasOwn(SagaDefinition saga) {
        return saga.getCompensation() != null
                || saga.getCompletion() != null
                || (saga.getOptions() != null && !saga.getOptions().isEmpty());
    }

    private static void requireNoPipeline(CamelContext context, RouteDefinition route) {
        String from = context.resolvePropertyPlaceholders(route.getInput().getEndpointUri());
        if (from.startsWith("pipeline:")) {
            throw new IllegalArgumentException(PipelineFaults.ownCallbacks(route.getRouteId()));
        }
    }
}
