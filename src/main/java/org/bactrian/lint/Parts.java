package org.bactrian.lint;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.model.ChoiceDefinition;
import org.apache.camel.model.CircuitBreakerDefinition;
import org.apache.camel.model.HasExpressionType;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.model.OutputNode;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.SetHeadersDefinition;
import org.apache.camel.model.SetVariablesDefinition;
import org.apache.camel.model.TryDefinition;
import org.apache.camel.model.language.ExpressionDefinition;
import org.apache.camel.spi.BeanIntrospection;
import org.apache.camel.support.PluginHelper;

/** What an EIP consists of, whichever it is. */
final class Parts {
    private Parts() {}

    /** What it does, in order; branches are parts of their own. */
    static List<OptionalIdentifiedDefinition<?>> inside(OptionalIdentifiedDefinition<?> eip) {
        var parts = new ArrayList<OptionalIdentifiedDefinition<?>>();
        if (eip instanceof ChoiceDefinition choice) {
            parts.addAll(choice.getWhenClauses());
            Optional.ofNullable(choice.getOtherwise()).ifPresent(parts::add);
        } else if (eip instanceof ProcessorDefinition<?> processor) {
            parts.addAll(processor.getOutputs());
        } else if (eip instanceof OutputNode branch) {
            parts.addAll(branch.getOutputs());
        }
        if (eip instanceof TryDefinition tried) {
            Optional.ofNullable(tried.getCatchClauses()).ifPresent(parts::addAll);
            Optional.ofNullable(tried.getFinallyClause()).ifPresent(parts::add);
        } else if (eip instanceof CircuitBreakerDefinition breaker) {
            Optional.ofNullable(breaker.getOnFallback()).ifPresent(parts::add);
        }
        return parts;
    }

    /** What it evaluates on the message. */
    static List<ExpressionDefinition> expressions(OptionalIdentifiedDefinition<?> eip) {
        Stream<? extends OptionalIdentifiedDefinition<?>> nodes = Stream.of(eip);
        if (eip instanceof SetHeadersDefinition headers) {
            nodes = headers.getHeaders().stream();
        } else if (eip instanceof SetVariablesDefinition variables) {
            nodes = variables.getVariables().stream();
        }
        return nodes.filter(HasExpressionType.class::isInstance)
                .map(node -> ((HasExpressionType) node).getExpressionType())
                .filter(ExpressionDefinition.class::isInstance)
                .map(ExpressionDefinition.class::cast)
                .toList();
    }

    /** An option as it is written, its keys resolved; empty if the EIP has none of that name, or it is not set. */
    static Optional<String> option(WrittenRoute route, OptionalIdentifiedDefinition<?> eip, String name) {
        BeanIntrospection beans =
                PluginHelper.getBeanIntrospection(route.ground().context());
        return Optional.ofNullable(beans.getOrElseProperty(eip, name, null, false))
                .filter(String.class::isInstance)
                .map(value -> route.known((String) value));
    }

    static boolean isOn(WrittenRoute route, OptionalIdentifiedDefinition<?> eip, String name) {
        return option(route, eip, name).filter("true"::equalsIgnoreCase).isPresent();
    }
}
