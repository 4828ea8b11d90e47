package org.bactrian.bench;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The order pipeline as shipped: orders over HTTP, participants over REST and Kafka, all on this machine. */
final class OrderBench {
    private static final String HEADING = """
            Orders over HTTP, answered when they have ended; every tenth is refused by shipping and undone.
            clients  orders/s  p50 ms  p95 ms  p99 ms  CPU ms  messages  commits  whole""";
    private static final String LINE = "%7d  %,8.0f  %6.0f  %6.0f  %6.0f  %6.1f  %8.1f  %7.1f  %s";

    private final BenchApplication application;
    private final PrintWriter out;

    OrderBench(BenchApplication application, PrintWriter out) {
        this.application = application;
        this.out = out;
    }

    /** @param each how long with each number of clients, and before that to warm up */
    List<OrderFigures> run(List<Integer> counts, Duration each) throws Exception {
        var books = new OrderBooks(application::database);
        books.stock(OrderClient.SKUS);
        var meter = new Meter(application.database("saga"));
        var clients = new Clients(meter::cpuNanos);
        var orders = new OrderClient(application.url());
        clients.run(orders::place, counts.stream().max(Integer::compare).orElse(1), each);
        out.println(HEADING);
        List<OrderFigures> figures = new ArrayList<>();
        for (int count : counts) {
            Traffic before = traffic();
            Slice slice = clients.run(orders::place, count, each);
            boolean whole = books.areWhole(slice.first(), slice.last());
            OrderFigures line = OrderFigures.of(count, slice, traffic().since(before), whole);
            figures.add(line);
            out.println(text(line));
            out.flush();
        }
        return figures;
    }

    private Traffic traffic() throws Exception {
        return Traffic.of(application.brokers(), application.database("saga"));
    }

    private static String text(OrderFigures line) {
        return LINE.formatted(
                line.clients(),
                line.ordersPerSecond(),
                line.p50Millis(),
                line.p95Millis(),
                line.p99Millis(),
                line.cpuMillisPerOrder(),
                line.messagesPerOrder(),
                line.commitsPerOrder(),
                line.whole() ? "yes" : "NO");
    }
}
