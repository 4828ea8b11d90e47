package org.bactrian.bench;

import com.zaxxer.hikari.HikariDataSource;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The same small saga on plain JDBC, on Camel's in-memory saga service and on the durable one, in turns. */
final class WorkBench {
    /** On two cores more were slower, for every one of them. */
    private static final int POOL = 16;

    private static final int STAGE_THREADS = 64;

    private final Premises premises;
    private final BenchDatabase server;
    private final PrintWriter out;

    /** @param premises ends what is made here */
    WorkBench(Premises premises, BenchDatabase server, PrintWriter out) {
        this.premises = premises;
        this.server = server;
        this.out = out;
    }

    /** @param each how long each system works with each number of clients */
    List<Figures> run(List<Integer> clients, Duration each) throws Exception {
        HikariDataSource admin = premises.keep(new Pools(server, "bench", 2).of(Pools.WORK));
        Participant.createTables(admin);
        var meter = new Meter(admin);
        List<SagaSystem> systems = List.of(
                premises.keep(new PlainJdbc(pools(PlainJdbc.NAME).of(Pools.WORK), STAGE_THREADS)),
                premises.keep(new InMemory(pools(InMemory.NAME).of(Pools.WORK), STAGE_THREADS)),
                premises.keep(new Durable(pools(Durable.NAME), STAGE_THREADS)));
        var comparison = new Comparison(systems, new Clients(meter::cpuNanos), meter, new Wholeness(admin));
        comparison.warmUp(clients.stream().max(Integer::compare).orElse(1), each);
        out.println(WorkReport.HEADING);
        List<Figures> figures = new ArrayList<>();
        for (int count : clients) {
            List<Turns> turns = comparison.run(count, each);
            out.println(WorkReport.of(turns));
            out.flush();
            turns.forEach(turn -> figures.add(turn.figures()));
        }
        return figures;
    }

    private Pools pools(String application) {
        return new Pools(server, application, POOL);
    }
}
