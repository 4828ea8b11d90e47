package org.bactrian.crash;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Some routers beside each other, none of which knows of another: a start keeps little more than one core busy. */
final class Lanes implements AutoCloseable {
    private static final int NUMBER = 2;

    private final EmbeddedPostgres server;
    private final List<Lane> lanes = new ArrayList<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(NUMBER);

    /** @param folder for Kafka */
    Lanes(Path folder) throws Exception {
        server = EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .start();
        List<Callable<Lane>> starts = new ArrayList<>();
        for (int i = 0; i < NUMBER; i++) {
            String name = "lane" + i;
            starts.add(() -> new Lane(new Stores(server, folder.resolve(name), name)));
        }
        for (Future<Lane> started : threads.invokeAll(starts)) {
            lanes.add(started.get());
        }
    }

    interface Work<T> {
        T run(Lane lane) throws Exception;
    }

    /** In each. */
    <T> List<T> each(Work<T> work) throws ExecutionException, InterruptedException {
        List<Callable<T>> works = new ArrayList<>();
        lanes.forEach(lane -> works.add(() -> work.run(lane)));
        List<T> results = new ArrayList<>();
        for (Future<T> result : threads.invokeAll(works)) {
            results.add(result.get());
        }
        return results;
    }

    @Override
    public void close() throws IOException {
        threads.shutdown();
        for (Lane lane : lanes) {
            lane.close();
        }
        server.close();
    }
}
