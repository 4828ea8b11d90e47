package org.bactrian.camel;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.model.SagaActionUriDefinition;
import org.apache.camel.model.SagaDefinition;
import org.apache.camel.processor.saga.SagaCompletionMode;
import org.apache.camel.support.CamelContextHelper;
import org.bactrian.saga.Call;
import org.jspecify.annotations.Nullable;

/** What the {@code saga} of each route says now; a saga that began before a route was changed has recorded what it said then. */
final class Declared {
    private final Map<String, Declaration> byRoute = new ConcurrentHashMap<>();

    private record Declaration(
            @Nullable Duration limit,
            boolean manual,
            boolean step,
            @Nullable String compensation,
            @Nullable String completion) {}

    /**
     * Reads it at once, with its faults; it holds when the returned one has been run.
     *
     * @param step whether the route is recorded as a step
     */
    Runnable read(CamelContext context, String routeId, SagaDefinition saga, boolean step) {
        var mode = CamelContextHelper.parse(context, SagaCompletionMode.class, saga.getCompletionMode());
        var declaration = new Declaration(
                CamelContextHelper.parse(context, Duration.class, saga.getTimeout()),
                mode == SagaCompletionMode.MANUAL,
                step,
                uri(saga.getCompensation()),
                uri(saga.getCompletion()));
        return () -> byRoute.put(routeId, declaration);
    }

    /** What other routes said is forgotten. */
    void keepOnly(Predicate<String> routes) {
        byRoute.keySet().removeIf(routes.negate());
    }

    /** Empty if the route's saga has no time limit, or there is no such route. */
    Optional<Duration> limit(String routeId) {
        return of(routeId).map(Declaration::limit);
    }

    /** The ids of all routes that are recorded as steps. */
    SortedSet<String> steps() {
        return byRoute.entrySet().stream()
                .filter(declared -> declared.getValue().step())
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Whether the route leaves the saga's end to others. */
    boolean isManual(String routeId) {
        return of(routeId).filter(Declaration::manual).isPresent();
    }

    /** The URI of the step's callback; empty if its route declares none, or there is no such route. */
    Optional<String> callback(String step, Call call) {
        return of(step.replaceFirst("#.*", ""))
                .map(now -> call == Call.COMPLETION ? now.completion() : now.compensation());
    }

    private Optional<Declaration> of(String routeId) {
        return Optional.ofNullable(byRoute.get(routeId));
    }

    private static @Nullable String uri(@Nullable SagaActionUriDefinition action) {
        return action == null ? null : action.getUri();
    }
}
