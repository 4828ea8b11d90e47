package org.bactrian;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

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
            description = "Read config/application-NAME.properties before config/application.properties.")
    private @Nullable String profile;

    @Option(
            names = "--home",
            paramLabel = "DIR",
            description = "The folder that holds routes/ and config/; default: where the start script is.")
    private @Nullable Path home;

    private Bactrian() {}

    /** Exit code 0 after a stop, 1 when it cannot start, 2 for wrong usage. */
    @SuppressWarnings("SystemExitOutsideMain")
    public static void main(String[] args) {
        System.exit(new CommandLine(new Bactrian())
                .setExecutionExceptionHandler((error, command, result) -> {
                    command.getErr().println("bactrian cannot start: " + Faults.sentence(error));
                    return CommandLine.ExitCode.SOFTWARE;
                })
                .execute(args));
    }

    @Override
    public Integer call() throws InterruptedException {
        Path folder = home == null ? Path.of(System.getProperty(HOME, "")) : home;
        var application =
                new Application(folder.toAbsolutePath().normalize(), profile, fresh, SecretFiles.read(System.getenv()));
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

    @SuppressWarnings("SystemOut") // what the command line says to a person is no log line
    private static PrintStream out() {
        return System.out;
    }
}
