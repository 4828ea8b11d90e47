package org.bactrian.bench;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bactrian.saga.Refused;

/** The limit: the steps' own commits and nothing else. It forgets everything in a crash, and tells nobody where it is. */
final class PlainJdbc implements SagaSystem {
    static final String NAME = "limit";

    private final HikariDataSource database;
    private final List<Participant> participants;
    private final ExecutorService parallel;

    PlainJdbc(HikariDataSource database, int threads) {
        this.database = database;
        this.participants = Participant.NAMES.stream()
                .map(name -> new Participant(name, database))
                .toList();
        this.parallel = Executors.newFixedThreadPool(threads);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void run(long order) throws Exception {
        participants.get(0).act(order);
        Future<Void> inventory = parallel.submit(act(participants.get(1), order));
        participants.get(2).act(order);
        inventory.get();
        try {
            participants.get(3).act(order);
        } catch (Refused e) {
            undo(order);
        }
    }

    private void undo(long order) throws SQLException {
        for (int i = 2; i >= 0; i--) {
            participants.get(i).undo(order);
        }
    }

    private static Callable<Void> act(Participant participant, long order) {
        return () -> {
            participant.act(order);
            return null;
        };
    }

    @Override
    public void close() {
        parallel.shutdownNow();
        database.close();
    }
}
