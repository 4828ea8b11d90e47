package org.bactrian.camel;

/** Why a route cannot be a pipeline, in the words in which it is refused, wherever that is found out. */
public final class PipelineFaults {
    private PipelineFaults() {}

    /** What a pipeline does between its steps is done again whenever it is run again, so there is nothing it could undo. */
    public static String ownCallbacks(String routeId) {
        return "the saga of pipeline %s must have no compensation, completion or option of its own: only what a step does is recorded, and can be undone. Put them into the saga of a step, a route of propagation MANDATORY"
                .formatted(routeId);
    }

    /** @param pipeline from which the route consumes */
    public static String otherName(String routeId, String pipeline) {
        return "route %s consumes from pipeline:%s; a pipeline is named after its route".formatted(routeId, pipeline);
    }

    public static String secondConsumer(String pipeline) {
        return "two routes consume from pipeline:" + pipeline + "; a pipeline has one";
    }

    /** Of one that is sent to. */
    public static String unknown(String pipeline) {
        return "no pipeline %s runs here; a route of that id must be 'from: pipeline:%s'".formatted(pipeline, pipeline);
    }
}
