package org.bactrian.lint;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Looks at routes as the start does, without starting anything. */
@Command(
        name = "lint",
        description = "Tells what in routes would break what sagas guarantee, as the start does, without starting"
                + " anything. Exit code 0 if nothing was found, 1 with findings, 2 if the routes cannot be read.")
public final class LintCommand implements Callable<Integer> {
    private final Source source;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "DIR",
            description = "A home, with routes/ and config/, or a folder of route files; default: the home.")
    private @Nullable Path folder;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Print this.")
    @SuppressWarnings("UnusedVariable") // picocli asks the option itself
    private boolean help;

    public LintCommand(Source source) {
        this.source = source;
    }

    @Override
    public Integer call() {
        Path from = source.shownFrom(folder);
        try {
            Lint.Report report = source.look(folder, Lint::check);
            report.findings().forEach(finding -> out().println(finding.text(from)));
            out().println(report.summary());
            return report.findings().isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
        } catch (Unreadable e) {
            err().println(e.text(from));
        } catch (NoRoutes e) {
            err().println("bactrian: " + e.getMessage());
        }
        return ExitCode.USAGE;
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
