package org.bactrian.ops;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Looks at Kafka records that could not be taken and sends them again. Answers go to out, what else is to say to err. */
@Command(
        name = "dead",
        description = "Shows the Kafka records that could not be taken, and sends them again.",
        synopsisSubcommandLabel = "(list | show | replay)")
public final class DeadCommand {
    private static final String JSON = "Answer in JSON.";
    private static final String ADDRESS = "(\\[[0-9a-fA-F:.]+]|[^\\s,:]+):[0-9]{1,5}";

    private final Function<Optional<String>, Brokers> kafka;
    private final Supplier<Optional<Duration>> memory;
    private final InstantSource clock;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--brokers",
            paramLabel = "HOST:PORT[,...]",
            scope = ScopeType.INHERIT,
            description = "Kafka's address; default: kafka.brokers in the configuration, else the embedded broker.")
    private @Nullable String brokers;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Print this.")
    @SuppressWarnings("UnusedVariable") // picocli asks the option itself
    private boolean help;

    /**
     * @param kafka says how to reach Kafka at the address given, else at the one that the configuration names
     * @param memory says how long participants remember what they have done; empty: for ever
     */
    public DeadCommand(
            Function<Optional<String>, Brokers> kafka, Supplier<Optional<Duration>> memory, InstantSource clock) {
        this.kafka = kafka;
        this.memory = memory;
        this.clock = clock;
    }

    @Command(name = "list", description = "Lists dead letters, per topic the oldest first.")
    int list(
            @Parameters(arity = "0..1", paramLabel = "TOPIC", description = "With or without .dead; default: all.")
                    @Nullable String topic,
            @Option(names = "--json", description = JSON) boolean json) {
        List<DeadLetter> letters = select("list").all(topic);
        if (json) {
            out().println(LetterJson.list(letters));
        } else {
            out().println(letters.isEmpty() ? "No dead letters." : LetterText.list(letters));
        }
        return 0;
    }

    @Command(name = "show", description = "Shows one dead letter: its headers, why it is dead, its body.")
    int show(
            @Parameters(paramLabel = "NAME", description = "As listed, such as order.placed-2@17.") String name,
            @Option(names = "--json", description = JSON) boolean json) {
        DeadLetter letter = select("show").named(List.of(name)).get(0);
        out().println(json ? LetterJson.show(letter) : LetterText.show(letter));
        return 0;
    }

    @Command(name = "replay", description = "Sends dead letters to the topics they came from; they are dead no more.")
    int replay(
            @Parameters(paramLabel = "NAME", description = "As listed; with --all: a topic.") @Nullable List<String> names,
            @Option(names = "--all", description = "All, or all of one topic.") boolean all,
            @Option(
                            names = "--force",
                            description =
                                    "Also what is older than barrier.keep: it is done again if it was done before.")
                    boolean force) {
        List<String> given = names == null ? List.of() : names;
        if (all ? given.size() > 1 : given.isEmpty()) {
            throw wrong("replay", all ? "--all takes at most one topic" : "say which: NAME... or --all");
        }
        Selection selection = select("replay");
        List<DeadLetter> letters = all ? selection.all(given.isEmpty() ? null : given.get(0)) : selection.named(given);
        selection.requireOrigins(letters);
        if (letters.isEmpty()) {
            out().println("No dead letters.");
        } else {
            return replay(selection.dead().brokers(), letters, refusals(force));
        }
        return 0;
    }

    private Refusals refusals(boolean force) {
        return new Refusals(force ? Optional.empty() : memory.get(), clock.instant());
    }

    private int replay(Brokers at, List<DeadLetter> letters, Refusals refusals) {
        int sent = 0;
        try (var replay = new Replay(at)) {
            for (DeadLetter letter : letters) {
                Optional<String> refusal = refusals.of(letter);
                if (refusal.isPresent()) {
                    err().printf("bactrian: %s was not replayed: %s%n", letter.name(), refusal.get());
                    continue;
                }
                RecordMetadata now = replay.send(letter);
                sent++;
                out().printf("%s  sent as %s-%d@%d%n", letter.name(), now.topic(), now.partition(), now.offset());
            }
        } finally {
            out().printf("%d of %d replayed%n", sent, letters.size());
        }
        return sent == letters.size() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private Selection select(String command) {
        Optional<String> given = Optional.ofNullable(brokers);
        given.filter(address -> !address.matches(ADDRESS + "(," + ADDRESS + ")*"))
                .ifPresent(address -> {
                    throw wrong(command, "--brokers must be HOST:PORT, comma-separated; is '%s'".formatted(address));
                });
        var dead = new DeadLetters(kafka.apply(given));
        return new Selection(dead, dead.topics(), err());
    }

    private ParameterException wrong(String command, String why) {
        return new ParameterException(commands().subcommands().get(command), why);
    }

    private PrintWriter err() {
        return commands().commandLine().getErr();
    }

    private PrintWriter out() {
        return commands().commandLine().getOut();
    }

    private CommandSpec commands() {
        return Objects.requireNonNull(spec, "the command line sets it");
    }
}
