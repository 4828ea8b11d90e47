package org.bactrian;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.bactrian.barrier.BarrierPurge;
import org.bactrian.barrier.ParticipantDatabase;
import org.bactrian.camel.DurableSagaService;
import org.bactrian.camel.HttpFailures;
import org.bactrian.camel.PacedConsumers;
import org.bactrian.camel.SagaLimits;
import org.bactrian.camel.SagaSettings;
import org.bactrian.camel.StageResults;
import org.bactrian.camel.StepPool;
import org.bactrian.embedded.CannotStart;
import org.bactrian.embedded.HawtioServer;
import org.bactrian.embedded.OperatorTokenFile;
import org.bactrian.embedded.Ports;
import org.bactrian.live.LiveEditing;
import org.bactrian.log.ArchiveAges;
import org.bactrian.log.Durability;
import org.bactrian.log.LogSettings;
import org.bactrian.log.SagaArchive;
import org.bactrian.log.SagaLog;
import org.bactrian.ops.OperatorToken;
import org.bactrian.saga.RetryPause;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole application: reads the configuration, starts what is embedded, then Camel with the routes. One use: start
 * once, close once; close also after a start that failed.
 */
final class Application implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Application.class);

    private static final int MOST_SAGAS = 10_000_000;

    private final Path home;
    private final boolean fresh;
    private final Main main = new Main();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private @Nullable DurableSagaService sagas;
    private @Nullable LiveEditing editing;
    private String welcome = "";

    /**
     * @param home holds routes/ and config/
     * @param profile whose file is read before config/application.properties; null for none
     * @param overrides win over every file
     */
    Application(Path home, @Nullable String profile, boolean fresh, Properties overrides) {
        this.home = home;
        this.fresh = fresh;
        main.addInitialProperty(Bactrian.HOME, home.toString());
        main.setPropertyPlaceholderLocations(locations(home, profile));
        main.setOverrideProperties(overrides);
        main.addMainListener(new Preparation());
        main.setShutdownStrategy(new SimpleMainShutdownStrategy()); // no hook: whoever made the application closes it
    }

    /**
     * Returns when orders can be taken.
     *
     * @throws RuntimeException with a cause that says why it cannot; {@link Faults} finds the sentence
     */
    void start() {
        if (!Files.isDirectory(home.resolve("routes"))) {
            throw new CannotStart(
                    "there is no folder routes/ in %s; start where routes/ and config/ are, or say --home DIR"
                            .formatted(home));
        }
        main.start();
        var settings = new Settings(context(), home);
        if (settings.flag("camel.server.enabled")) {
            HttpFailures.answerAsProblems(
                    context(),
                    settings.number("camel.server.port", 1, 65_535),
                    settings.number("camel.server.maxBodySize", 1, Integer.MAX_VALUE));
        }
        startConsole(settings);
        if (settings.flag("routes.reload") && sagas != null) {
            editing =
                    new LiveEditing(context(), home, sagas::betweenRuns, files -> HomeRoutes.findings(settings, files));
        }
        settings.check();
    }

    CamelContext context() {
        return main.getCamelContext();
    }

    /** What to tell the person who started it. */
    String welcome() {
        return welcome;
    }

    @Override
    public synchronized void close() {
        if (editing != null) {
            editing.close();
        }
        if (sagas != null) {
            sagas.release();
        }
        main.stop();
        while (!open.isEmpty()) {
            closeQuietly(open.pop());
        }
    }

    private void prepare(CamelContext context) {
        var settings = new Settings(context, home);
        requireHome(settings);
        List<String> names = Databases.names(settings);
        HomeRoutes.require(settings, names);
        requirePorts(settings);
        boolean alone = settings.flag("embedded.postgresql")
                && settings.find("database." + Databases.SAGA + ".url").isEmpty();
        keep(new Infrastructure()).start(settings, names, fresh);
        Databases databases = keep(new Databases());
        databases.open(settings, names);
        List<String> faults = Durability.faults(databases.saga());
        if (!faults.isEmpty()) {
            throw new CannotStart(String.join("; ", faults));
        }
        context.getRegistry().bind("sagaDatabase", databases.saga());
        addParticipants(context, settings, databases.participants());
        addSagas(context, settings, databases, alone);
        Optional<String> token = settings.find("operator.token");
        if (token.isEmpty() && alone) {
            token = Optional.of(OperatorTokenFile.load(settings.path("data.folder")));
        }
        context.getRegistry().bind("operatorToken", new OperatorToken(token));
        settings.check();
    }

    private static void addParticipants(CamelContext context, Settings settings, Map<String, DataSource> databases) {
        databases.forEach((name, database) -> ParticipantDatabase.bind(context, name, database));
        Optional<Duration> age = settings.age(Topics.PARTICIPANTS_REMEMBER);
        Topics.create(settings, age, settings.age(Topics.KEYS_ARE_KEPT));
        context.getRegistry().bind("barrierPurge", new BarrierPurge(List.copyOf(databases.values()), age));
    }

    /** @param alone whether the saga log's database is in the folder that this process holds the lock of */
    private void addSagas(CamelContext context, Settings settings, Databases databases, boolean alone) {
        SagaSettings sagaSettings = sagaSettings(settings);
        ExecutorService pool = StepPool.of(context, sagaSettings.poolSize());
        var logSettings = new LogSettings(settings.duration("saga.lease"), alone);
        settings.check();
        SagaLog log =
                keep(new SagaLog(databases.saga(), Databases.unpooled(settings, Databases.SAGA), logSettings, pool));
        var service = new DurableSagaService(context, log, sagaSettings, pool, InstantSource.system());
        sagas = service;
        try {
            context.addService(service);
            context.addStartupListener((camel, started) -> LogMetrics.publish(camel, log, service));
        } catch (Exception e) {
            throw new CannotStart("the saga service cannot start: " + e.getMessage(), e);
        }
        context.getCamelContextExtension().addInterceptStrategy(service.stepRecording());
        context.getRegistry().bind("pacedConsumers", new PacedConsumers(service::isOpen));
        context.getRegistry().bind("operatorPauses", service.operatorPauses());
        context.getRegistry().bind("sagaArchive", new SagaArchive(databases.saga(), archiveAges(settings)));
        context.getRegistry().bind("stageResults", new StageResults());
    }

    private static ArchiveAges archiveAges(Settings settings) {
        Optional<Duration> live = settings.age("saga.archive.after");
        Optional<Duration> archived = settings.age("saga.archive.drop");
        Optional<Duration> key = settings.age(Topics.KEYS_ARE_KEPT);
        settings.check();
        return new ArchiveAges(live, archived, key);
    }

    private static SagaLimits sagaLimits(Settings settings) {
        int running = settings.number("saga.running.most", 1, MOST_SAGAS);
        return new SagaLimits(
                running,
                settings.number("saga.live.most", running, MOST_SAGAS), // what runs is in memory
                settings.number("saga.waiting.most", 1, MOST_SAGAS));
    }

    private static SagaSettings sagaSettings(Settings settings) {
        var pause = new RetryPause(
                settings.duration("saga.callback.firstPause"),
                settings.duration("saga.callback.longestPause"),
                settings.number("saga.callback.attempts", 1, 1_000));
        return new SagaSettings(
                settings.text("public.url"),
                settings.duration("saga.stepLimit"),
                pause,
                Set.copyOf(settings.list("saga.recordedHeaders")),
                settings.number("saga.threads", 1, 1_000),
                sagaLimits(settings));
    }

    /** Else configuration and routes would come from two homes: the environment and system properties win over ours. */
    private void requireHome(Settings settings) {
        Path found = Path.of(settings.text(Bactrian.HOME)).toAbsolutePath().normalize();
        if (!found.equals(home)) {
            throw new CannotStart("the home folder is %s, but %s is set to %s; unset it, and say --home DIR"
                    .formatted(home, Bactrian.HOME, found));
        }
    }

    private static void requirePorts(Settings settings) {
        for (String part : List.of("camel.server", "camel.management", "hawtio")) {
            if (settings.flag(part + ".enabled")) {
                String key = part + ".port";
                int port = settings.number(key, 0, 65_535);
                settings.check();
                if (port != 0) {
                    Ports.requireFree(settings.text(part + ".host"), port, key);
                }
            }
        }
    }

    private void startConsole(Settings settings) {
        HawtioServer hawtio = null;
        if (settings.flag("hawtio.enabled")) {
            hawtio = keep(HawtioServer.start(
                    settings.text("hawtio.host"),
                    settings.number(HawtioServer.PORT_KEY, 0, 65_535),
                    settings.path("data.folder").resolve("hawtio.users")));
        }
        welcome = Welcome.text(settings, hawtio);
    }

    private <T extends AutoCloseable> T keep(T part) {
        open.push(part);
        return part;
    }

    private static void closeQuietly(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            LOG.warn("{} could not be ended", part, e);
        }
    }

    /** The configuration files, strongest first, as Camel takes them. */
    static String locations(Path home, @Nullable String profile) {
        Path config = home.resolve("config");
        String base = "file:" + config.resolve("application.properties");
        return profile == null
                ? base
                : "file:%s,%s".formatted(config.resolve("application-" + profile + ".properties"), base);
    }

    private final class Preparation extends MainListenerSupport {
        @Override
        public void beforeConfigure(BaseMainSupport camel) {
            prepare(camel.getCamelContext());
        }
    }
}
