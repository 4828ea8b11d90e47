package org.bactrian.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures on databases of its own, and never in the application's data folder. */
@Command(
        name = "bench",
        description = "Measures what durability costs on this machine: the same small saga on plain JDBC, on Camel's"
                + " in-memory saga service and on the saga log, in turns; or the order pipeline. Checks that every order is"
                + " whole: exit code 1 if one is not.")
public final class BenchCommand implements Callable<Integer> {
    private static final int MOST_CLIENTS = 200;

    private final Function<Path, BenchDatabase> database;
    private final Function<Path, BenchApplication> application;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--clients",
            split = ",",
            paramLabel = "N",
            defaultValue = "1,16,64",
            description = "How many clients at once, each asking again as soon as it is answered; default:"
                    + " ${DEFAULT-VALUE}.")
    private List<Integer> clients = new ArrayList<>();

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "10",
            description = "How long each system works with each number of clients; default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--order",
            description =
                    "Measure the order pipeline: the routes of the home folder, orders over HTTP, participants over"
                            + " REST and Kafka, all in this process.")
    private boolean order;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures to FILE, too.")
    private @Nullable Path json;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "Make the databases' folder in DIR; default: where temporary files are. It is deleted at the end.")
    private @Nullable Path data;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Print this.")
    @SuppressWarnings("UnusedVariable") // picocli asks the option itself
    private boolean help;

    /**
     * @param database starts one with the databases bench and saga in a folder
     * @param application starts the application, its data in a folder
     */
    public BenchCommand(Function<Path, BenchDatabase> database, Function<Path, BenchApplication> application) {
        this.database = database;
        this.application = application;
    }

    @Override
    public Integer call() throws Exception {
        require(seconds >= 1, "--seconds must be at least 1; is " + seconds);
        for (int count : clients) {
            require(
                    count >= 1 && count <= MOST_CLIENTS,
                    "--clients must be 1 to %d; is %d".formatted(MOST_CLIENTS, count));
        }
        try (var premises = new Premises(data)) {
            return order ? orders(premises) : work(premises);
        }
    }

    private int work(Premises premises) throws Exception {
        BenchDatabase server = premises.keep(database.apply(premises.folder()));
        List<Figures> runs = new WorkBench(premises, server, out()).run(clients, Duration.ofSeconds(seconds));
        return end(runs, runs.stream().allMatch(Figures::whole));
    }

    private int orders(Premises premises) throws Exception {
        BenchApplication router = premises.keep(application.apply(premises.folder()));
        List<OrderFigures> runs = new OrderBench(router, out()).run(clients, Duration.ofSeconds(seconds));
        return end(runs, runs.stream().allMatch(OrderFigures::whole));
    }

    private int end(List<?> runs, boolean whole) throws IOException {
        if (json != null) {
            Files.write(
                    json,
                    JsonMapper.builder()
                            .build()
                            .writerWithDefaultPrettyPrinter()
                            .writeValueAsBytes(Map.of("runs", runs)));
        }
        if (!whole) {
            commands().commandLine().getErr().println("bactrian: not every order is whole; see the column");
        }
        return whole ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private void require(boolean holds, String why) {
        if (!holds) {
            throw new ParameterException(commands().commandLine(), why);
        }
    }

    private PrintWriter out() {
        return commands().commandLine().getOut();
    }

    private CommandSpec commands() {
        return Objects.requireNonNull(spec, "the command line sets it");
    }
}
