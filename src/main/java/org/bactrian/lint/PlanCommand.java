package org.bactrian.lint;

import java.io.PrintWriter;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.bactrian.lint.Sagas.Pipeline;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows a pipeline before any saga has run in it. */
@Command(
        name = "plan",
        description = "Prints a pipeline as stages and steps: what each step does, how it is completed and compensated,"
                + " and what would be undone if it failed. Nothing is started.")
public final class PlanCommand implements Callable<Integer> {
    private final Source source;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "ROUTE", description = "The pipeline's route id; none: list them.")
    private @Nullable String route;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Print this.")
    @SuppressWarnings("UnusedVariable") // picocli asks the option itself
    private boolean help;

    public PlanCommand(Source source) {
        this.source = source;
    }

    @Override
    public Integer call() {
        try {
            return source.look(null, this::print);
        } catch (Unreadable e) {
            err().println(e.text(source.shownFrom(null)));
        } catch (NoRoutes e) {
            err().println("bactrian: " + e.getMessage());
        }
        return ExitCode.USAGE;
    }

    private int print(Written written) {
        var sagas = Sagas.of(written);
        if (route == null) {
            out().println(list(sagas));
            return ExitCode.OK;
        }
        Optional<Pipeline> pipeline = sagas.pipelines().stream()
                .filter(found -> found.route().id().equals(route))
                .findFirst();
        if (pipeline.isEmpty()) {
            err().printf("bactrian: there is no pipeline %s.%n%s%n", route, list(sagas));
            return ExitCode.USAGE;
        }
        out().println(new Plan(sagas, source.shownFrom(null)).text(pipeline.get()));
        int found = Lint.check(written).findings().size();
        if (found > 0) {
            err().printf("bactrian: %d found in the routes that would refuse a start; see ./bactrian lint%n", found);
        }
        return ExitCode.OK;
    }

    private static String list(Sagas sagas) {
        if (sagas.pipelines().isEmpty()) {
            return "There are no pipelines: no route is 'from: pipeline:…'.";
        }
        return sagas.pipelines().stream()
                .map(pipeline -> "%s%n    %s"
                        .formatted(
                                pipeline.route().id(),
                                Objects.requireNonNullElse(
                                                pipeline.route().definition().getDescription(), "(no description)")
                                        .strip()))
                .collect(Collectors.joining(System.lineSeparator(), "Pipelines:" + System.lineSeparator(), ""));
    }

    private PrintWriter out() {
        return Objects.requireNonNull(spec, "the command line sets it")
                .commandLine()
                .getOut();
    }

    private PrintWriter err() {
        return Objects.requireNonNull(spec, "the command line sets it")
                .commandLine()
                .getErr();
    }
}
