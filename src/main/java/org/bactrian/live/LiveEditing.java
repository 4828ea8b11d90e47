package org.bactrian.live;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.apache.camel.CamelContext;
import org.bactrian.lint.Finding;
import org.bactrian.routes.RouteFault;
import org.bactrian.routes.RouteFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has what is saved in the routes' folder run, on a thread of its own, from its making until it is closed. A file that cannot be
 * taken is told in one line and changes nothing; it is tried again when it, or another, is saved.
 */
public final class LiveEditing implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveEditing.class);

    /** Often enough that a save takes effect within 3 s, with all that follows. */
    private static final Duration LOOK = Duration.ofMillis(200);

    private static final int LOOKS = 2;
    private static final long JOIN_MILLIS = 5_000;

    private final Path home;
    private final CamelContext context;
    private final ToIntFunction<Runnable> betweenRuns;
    private final Soundness soundness;
    private final RoutesFolder folder;
    private final Map<Path, RouteFile> running = new HashMap<>();
    private final Map<Path, String> told = new HashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::watch, "live-editing");

    /**
     * Begins to watch.
     *
     * @param home whose routes/ the context has just started with
     * @param betweenRuns makes a change while nothing runs in pipelines, and tells how many runs go on afterwards
     * @param lint says what is wrong with routes of these texts, by file
     */
    public LiveEditing(
            CamelContext context,
            Path home,
            ToIntFunction<Runnable> betweenRuns,
            Function<Map<Path, String>, List<Finding>> lint) {
        this.soundness = new Soundness(home, lint);
        this.home = home;
        this.context = context;
        this.betweenRuns = betweenRuns;
        this.folder = new RoutesFolder(home.resolve("routes"), LOOKS);
        folder.files()
                .forEach(file -> running.put(
                        file, RouteFile.of(file, RoutesFolder.text(file).orElse(""))));
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch() {
        try {
            while (!closed.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        try {
            Set<Path> changes = folder.changes();
            if (!changes.isEmpty()) {
                take(changes);
            }
        } catch (UncheckedIOException e) {
            LOG.debug("the folder {} cannot be looked through now", home, e);
        } catch (RuntimeException | StackOverflowError e) {
            LOG.error("a change in {} was not taken; a restart takes it", home.resolve("routes"), e);
        }
    }

    /** Files that cannot be taken are left out, one after the other, until the others can. */
    private void take(Set<Path> changes) {
        var files = new TreeMap<Path, RouteFile>();
        var faults = new ArrayList<RouteFault>();
        var tried = new TreeSet<>(changes);
        tried.addAll(told.keySet());
        for (Path path : tried) {
            try {
                files.put(
                        path,
                        RoutesFolder.text(path)
                                .map(text -> RouteFile.of(path, text))
                                .orElse(RouteFile.absent(path)));
            } catch (RouteFault e) {
                faults.add(e);
            }
        }
        while (!files.isEmpty()) {
            try {
                reload(List.copyOf(files.values()));
                break;
            } catch (RouteFault e) {
                faults.add(e);
                if (files.remove(e.file()) == null) {
                    break; // it is not among those that were changed: what was changed does not go with it
                }
            }
        }
        files.keySet().stream()
                .filter(file -> told.remove(file) != null)
                .forEach(file -> LOG.info("{}: taken again", shown(file)));
        faults.forEach(fault -> tell(fault, changes));
    }

    private void reload(List<RouteFile> files) {
        long begun = System.nanoTime();
        Edit edit = Edit.of(running, files);
        Reload.Done done = new Reload(context, () -> soundness.require(edit, files)).take(edit, betweenRuns);
        running.clear();
        running.putAll(edit.after());
        edit.fixed()
                .ifPresent(placed -> LOG.warn(
                        "{}:{}: this entry is read at start only, so its change takes effect with the next one",
                        shown(placed.file().path()),
                        placed.item().line()));
        if (!done.routes().isEmpty()) {
            LOG.info(
                    "Reloaded {} in {} ms; {} runs were dropped and go on from their records",
                    String.join(", ", done.routes()),
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun),
                    done.dropped());
        }
    }

    private void tell(RouteFault fault, Set<Path> changes) {
        String before = told.put(fault.file(), fault.sentence());
        if (changes.contains(fault.file()) || !fault.sentence().equals(before)) {
            LOG.warn(
                    "{}:{}: {} (not taken; the routes run on as they were)",
                    shown(fault.file()),
                    fault.line(),
                    fault.sentence());
        }
    }

    private Path shown(Path file) {
        return home.relativize(file);
    }
}
