package org.bactrian.crash;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.bactrian.RunningApplication;
import org.bactrian.embedded.ForkedJvm;

/** A {@link Life} in a process of its own, which halts where it is told to. */
final class HaltingRouter implements AutoCloseable {
    /** How the process ends there, and never else. */
    private static final int HALTED = 86;

    private static final String NEXT = "\n";

    private final ForkedJvm process;
    private final int port;
    private final String name;

    private HaltingRouter(ForkedJvm process, int port, String name) {
        this.process = process;
        this.port = port;
        this.name = name;
    }

    /** Up, watching the order, which is not placed yet. */
    static HaltingRouter start(Stores stores, String order, Point point) throws IOException {
        int port = RunningApplication.freePort();
        String name = "halting-" + port;
        List<String> arguments = new ArrayList<>(List.of(
                String.valueOf(port),
                name,
                stores.folder().toString(),
                stores.brokers(),
                order,
                String.join(NEXT, point.writes())));
        stores.urls().forEach((database, url) -> arguments.addAll(List.of(database, url)));
        ForkedJvm process = ForkedJvm.start(HaltingRouter.class, arguments.toArray(String[]::new));
        var drain = new Thread(() -> process.process().inputReader().lines().forEach(line -> {}), "drain");
        drain.setDaemon(true);
        drain.start();
        return new HaltingRouter(process, port, name);
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /** As its databases know it. */
    String name() {
        return name;
    }

    /** Whether it halted in time, and where it should. */
    boolean awaitHalt(long seconds) throws InterruptedException {
        return process.process().waitFor(seconds, TimeUnit.SECONDS)
                && process.process().exitValue() == HALTED;
    }

    @Override
    public void close() {
        process.close();
    }

    /** The process; it also ends with the one that began it. */
    public static void main(String... arguments) throws IOException {
        Iterator<String> given = Arrays.asList(arguments).iterator();
        String port = given.next();
        String name = given.next();
        System.setProperty("java.io.tmpdir", given.next()); // it cannot clean up
        String brokers = given.next();
        String order = given.next();
        var point = new Point(Set.of(given.next().split(NEXT)));
        Map<String, String> urls = new HashMap<>();
        while (given.hasNext()) {
            urls.put(given.next(), given.next());
        }
        var tap = new Tap(new Facts(urls));
        tap.endsBy(() -> Runtime.getRuntime().halt(HALTED));
        var life = new Life(name, urls, brokers, tap, Map.of("camel.server.port", port));
        tap.watch(order, point);
        System.out.println(ForkedJvm.READY);
        System.in.transferTo(OutputStream.nullOutputStream()); // until its parent has ended
        Runtime.getRuntime().halt(1);
        life.close();
    }
}
