package org.bactrian;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.bactrian.embedded.CannotStart;
import org.bactrian.embedded.DataFolder;
import org.bactrian.embedded.KafkaBroker;
import org.bactrian.embedded.PostgresServer;

/**
 * The embedded parts that the configuration asks for: started side by side, they fill in the addresses that it leaves
 * open, and end in reverse order.
 */
final class Infrastructure implements AutoCloseable {
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    /** Starts what is asked for; what has begun is closed by {@link #close()} also when this throws. */
    void start(Settings settings, List<String> databases, boolean fresh) {
        boolean postgresql = settings.flag("embedded.postgresql");
        boolean kafka = settings.flag("embedded.kafka");
        int postgresqlPort = settings.number(PostgresServer.PORT_KEY, 0, 65_535);
        int kafkaPort = settings.number(KafkaBroker.PORT_KEY, 0, 65_535);
        Path path = settings.path("data.folder");
        settings.check();
        DataFolder folder = keep(fresh ? DataFolder.openFresh(path) : DataFolder.open(path));
        var database = later(
                postgresql, () -> PostgresServer.start(folder.path().resolve("postgresql"), postgresqlPort, databases));
        var broker = later(kafka, () -> KafkaBroker.start(folder.path().resolve("kafka"), kafkaPort));
        all(List.of(
                () -> {
                    if (postgresql) {
                        fill(settings, keep(join(database)), databases);
                    }
                },
                () -> {
                    if (kafka) {
                        settings.fill("kafka.brokers", keep(join(broker)).bootstrapServers());
                    }
                }));
    }

    @Override
    public void close() {
        List<AutoCloseable> parts = List.copyOf(open);
        open.clear();
        all(parts.stream().map(Infrastructure::closing).toList());
    }

    private static Runnable closing(AutoCloseable part) {
        return () -> {
            try {
                part.close();
            } catch (Exception e) {
                throw new IllegalStateException("an embedded part could not be ended: " + part, e);
            }
        };
    }

    /** Does each, whatever becomes of the others; the first failure is thrown and carries those after it. */
    private static void all(List<Runnable> works) {
        RuntimeException first = null;
        for (Runnable work : works) {
            try {
                work.run();
            } catch (RuntimeException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private static void fill(Settings settings, PostgresServer server, List<String> databases) {
        for (String name : databases) {
            String key = "database." + name;
            if (settings.find(key + ".url").isEmpty()) {
                settings.fill(key + ".url", server.url(name));
                settings.fill(key + ".user", server.user());
                settings.fill(key + ".password", server.password());
            }
        }
    }

    private <T extends AutoCloseable> T keep(T part) {
        open.push(part);
        return part;
    }

    private static <T> CompletableFuture<T> later(boolean asked, Supplier<T> start) {
        return asked ? CompletableFuture.supplyAsync(start) : new CompletableFuture<>();
    }

    private static <T> T join(CompletableFuture<T> part) {
        try {
            return part.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause
                    ? cause
                    : new CannotStart("an embedded part failed", e);
        }
    }
}
