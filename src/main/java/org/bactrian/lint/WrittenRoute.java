package org.bactrian.lint;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SagaDefinition;

/**
 * A route as Camel would make it, and where it is written.
 *
 * @param id the route's, {@link #NO_ID} if it has none, or the Kamelet's name
 * @param definition prepared: with what applies to it from elsewhere, and everything inside its {@code saga}
 * @param besideSaga what its author wrote before or after its {@code saga}, and Camel has moved into it
 * @param parameters of the template that it was made of
 * @param isKamelet whether it stands for one use of a Kamelet
 */
record WrittenRoute(
        String id,
        RouteDefinition definition,
        List<ProcessorDefinition<?>> besideSaga,
        Map<String, String> parameters,
        boolean isKamelet,
        Path file,
        Lines lines,
        Ground ground) {
    /** The id of one for which Camel makes one up. */
    static final String NO_ID = "(without id)";

    WrittenRoute {
        besideSaga = List.copyOf(besideSaga);
        parameters = Map.copyOf(parameters);
    }

    /** @throws IllegalArgumentException if a key has no value */
    String resolve(String text) {
        return ground.resolve(text, parameters);
    }

    /** The text itself if a key in it has no value: that is told where it is looked for. */
    String known(String text) {
        return ground.known(text, parameters);
    }

    /** What it consumes from. */
    Address from() {
        return Address.of(resolve(definition.getInput().getEndpointUri()));
    }

    Optional<WrittenSaga> saga() {
        return definition.getOutputs().stream()
                .filter(SagaDefinition.class::isInstance)
                .map(output -> WrittenSaga.of((SagaDefinition) output, this))
                .findFirst();
    }

    /** Whether it is a step of the saga in which it is called. */
    boolean isStep() {
        return saga().filter(WrittenSaga::isStep).isPresent();
    }

    /** Whether it is the same route, or another use of the same Kamelet. */
    boolean isAs(WrittenRoute other) {
        return equals(other) || (isKamelet && other.isKamelet && id.equals(other.id) && file.equals(other.file));
    }

    /** What is done in it, in order; not what is done about its failures. */
    List<ProcessorDefinition<?>> outputs() {
        return definition.getOutputs().stream()
                .filter(output -> !(output instanceof OnExceptionDefinition))
                .toList();
    }

    /** Those that apply to it; of one use of a Kamelet its own only, as what applies from elsewhere does to the using route. */
    List<OnExceptionDefinition> onExceptions() {
        return definition.getOutputs().stream()
                .filter(OnExceptionDefinition.class::isInstance)
                .map(OnExceptionDefinition.class::cast)
                .filter(rule -> !isKamelet || rule.isRouteScoped())
                .toList();
    }

    Place place() {
        return place(definition);
    }

    /** Of something in it, which can be written in another file: a route configuration's. */
    Place place(OptionalIdentifiedDefinition<?> part) {
        String location = part.getLocation();
        Path where = location == null || !location.startsWith("file:")
                ? file
                : Path.of(location.substring("file:".length()));
        return new Place(where, lines.of(part, where), id);
    }
}
