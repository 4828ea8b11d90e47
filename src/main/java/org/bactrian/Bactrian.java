package org.bactrian;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.bactrian.bench.BenchCommand;
import org.bactrian.lint.LintCommand;
import org.bactrian.lint.PlanCommand;
import org.bactrian.ops.DeadCommand;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;

/** The command line: starts the application and keeps it until the process is told to end. */
@Command(
        name = "bactrian",
        description = "Runs the saga router: routes/ and config/ below the home folder.",
        mixinStandardHelpOptions = true,
        version = "Bactrian 0.1.0")
public final class Bactrian implements Callable<Integer> {
    /** The folder that holds routes/ and config/; the start script sets it. */
    static final String HOME = "bactrian.home";

    @Option(names = "--fresh", description = "Delete the data folder first: databases, topics and Hawtio's users.")
    private boolean fresh;

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            scope = ScopeType.INHERIT,
            description = "Read config/application-NAME.properties before config/application.properties.")
    private @Nullable String profile;

    @Option(
            names = "--home",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "The folder that holds routes/ and config/; default: where the start script is.")
    private @Nullable Path home;

    private Bactrian() {}

    /** Exit code 0 after a stop or an answer, 1 when it cannot start or a command was not done, 2 for wrong usage. */
    @SuppressWarnings("SystemExitOutsideMain")
    public static void main(String[] args) {
        System.exit(commandLine().setExecutionStrategy(Bactrian::run).execute(args));
    }

    /** The command line with all its commands; nothing is read or started before it is executed. */
    public static CommandLine commandLine() {
        var bactrian = new Bactrian();
        var commands = new CommandLine(bactrian);
        commands.addSubcommand(new DeadCommand(
                address -> ConfiguredBrokers.find(bactrian.folder(), bactrian.profile, System.getenv(), address),
                () -> UnstartedSettings.read(
                        bactrian.folder(),
                        bactrian.profile,
                        System.getenv(),
                        settings -> settings.age(Topics.PARTICIPANTS_REMEMBER)),
                InstantSource.system()));
        commands.addSubcommand(new BenchCommand(
                BenchPostgres::start, folder -> BenchRouter.start(bactrian.folder(), bactrian.profile, folder)));
        var routes = new UnstartedRoutes(bactrian::folder, () -> bactrian.profile, System.getenv());
        commands.addSubcommand(new LintCommand(routes));
        commands.addSubcommand(new PlanCommand(routes));
        return commands.setExecutionExceptionHandler((error, command, result) -> {
            String what = command == commands ? "bactrian cannot start: " : "bactrian: ";
            command.getErr().println(what + Faults.sentence(error));
            return CommandLine.ExitCode.SOFTWARE;
        });
    }

    /** A command's answer is all that it prints: what the libraries log on the way is for the application only. */
    private static int run(ParseResult parsed) {
        if (parsed.hasSubcommand()) {
            System.setProperty("logback.configurationFile", "logback-command.xml");
        }
        return new RunLast().execute(parsed);
    }

    @Override
    public Integer call() throws InterruptedException {
        var application = new Application(folder(), profile, fresh, SecretFiles.read(System.getenv()));
        var ended = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            application.close();
                            ended.countDown();
                        },
                        "shutdown"));
        try {
            application.start();
        } catch (RuntimeException e) {
            application.close();
            throw e;
        }
        out().println(application.welcome());
        ended.await();
        return CommandLine.ExitCode.OK;
    }

    private Path folder() {
        Path folder = home == null ? Path.of(System.getProperty(HOME, "")) : home;
        return folder.toAbsolutePath().normalize();
    }

    @SuppressWarnings("SystemOut") // what the command line says to a person is no log line
    private static PrintStream out() {
        return System.out;
    }
}
