package org.bactrian.crash;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/**
 * The application as shipped stops in every gap between two durable writes of an order, its own and its participants', and
 * starts again: all ends as if nothing had happened. The gaps are those of undisturbed runs, which the machine takes down.
 * In each it is cut off from all that outlives it; in one of eight, with {@code -Dcrash.forked=all} in each, its process is
 * halted, too.
 */
@TestInstance(Lifecycle.PER_CLASS)
@Tag("proof")
class CrashMatrixIT {
    private static final int RUNS_IN_EACH_LANE = 2;
    private static final int ONE_FORKED_OF = "all".equals(System.getProperty("crash.forked")) ? 1 : 8;
    /** To look at one that failed: {@code -Dcrash.only="completed, cut off after saga: create-order begun"}. */
    private static final Pattern ONLY = Pattern.compile(System.getProperty("crash.only", ""));
    /** A record, a participant's commit or a message for each of four calls at least: fewer, and the tap is broken. */
    private static final int FEWEST_POINTS = 30;

    private final Map<Story, List<Outcome>> undisturbed = new EnumMap<>(Story.class);
    private final Map<Story, List<Point>> points = new EnumMap<>(Story.class);
    private final List<Stop> stops = new ArrayList<>();
    private final Map<Stop, Outcome> outcomes = new ConcurrentHashMap<>();
    private final Map<Stop, Exception> failures = new ConcurrentHashMap<>();
    private final LoggerContext logs = (LoggerContext) LoggerFactory.getILoggerFactory();
    private final Silence silence = new Silence();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path folder;

    @SuppressWarnings("NullAway.Init")
    private Lanes lanes;

    @BeforeAll
    void stopAndGoOnEverywhere() throws Exception {
        logs.addTurboFilter(silence);
        lanes = new Lanes(folder);
        for (Story story : Story.values()) {
            List<Outcome> runs = new ArrayList<>();
            for (int i = 0; i < RUNS_IN_EACH_LANE; i++) {
                runs.addAll(lanes.each(lane -> lane.run(story)));
            }
            undisturbed.put(story, runs);
            points.put(story, Point.of(runs.stream().map(Outcome::writes).toList()));
            plan(story);
        }
        Queue<Stop> left = new ConcurrentLinkedQueue<>(stops);
        lanes.each(lane -> {
            for (Stop stop = left.poll(); stop != null; stop = left.poll()) {
                run(lane, stop);
            }
            return true;
        });
    }

    private void plan(Story story) {
        List<Point> all = Objects.requireNonNull(points.get(story));
        for (int i = 0; i < all.size(); i++) {
            add(new Stop(story, all.get(i), false));
            if (i % ONE_FORKED_OF == 0) {
                add(new Stop(story, all.get(i), true));
            }
        }
    }

    private void add(Stop stop) {
        if (ONLY.matcher(stop.toString()).find()) {
            stops.add(stop);
        }
    }

    private void run(Lane lane, Stop stop) {
        try {
            outcomes.put(
                    stop,
                    stop.forked() ? lane.halt(stop.story(), stop.point()) : lane.cutOff(stop.story(), stop.point()));
        } catch (Exception e) {
            failures.put(stop, e);
        }
    }

    @AfterAll
    void stop() throws Exception {
        if (lanes != null) {
            lanes.close();
        }
        logs.getTurboFilterList().remove(silence);
        System.out.printf(
                "crash matrix: %d gaps, %d of them in a process of its own%n",
                stops.stream().filter(stop -> !stop.forked()).count(),
                stops.stream().filter(Stop::forked).count());
    }

    @ParameterizedTest
    @EnumSource(Story.class)
    void undisturbed_theStoryEndsAsDesigned_andItsGapsAreKnown(Story story) {
        assertThat(Objects.requireNonNull(undisturbed.get(story)))
                .extracting(Outcome::found)
                .containsOnly(ofUndisturbed(story))
                .allMatch(found -> found.startsWith(story.expected()));
        assertThat(points.get(story)).hasSizeGreaterThan(FEWEST_POINTS);
    }

    List<Stop> stops() {
        return stops;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("stops")
    void routerStopsThere_theNextOneBringsTheOrderToTheSameEnd(Stop stop) throws Exception {
        if (failures.get(stop) != null) {
            throw Objects.requireNonNull(failures.get(stop));
        }
        Outcome outcome = Objects.requireNonNull(outcomes.get(stop));
        assertThat(outcome.stopped()).as("it must stop there").isTrue();
        assertThat(Continued.comparable(outcome.found()))
                .as("stopped when there was%n%s%n", outcome.left())
                .isEqualTo(Continued.expected(ofUndisturbed(stop.story()), outcome.left()));
    }

    @Test
    void nothingWasGivenUp() throws ExecutionException, InterruptedException {
        assertThat(lanes.each(Lane::buried)).containsOnly(0L);
    }

    private String ofUndisturbed(Story story) {
        return Objects.requireNonNull(undisturbed.get(story)).get(0).found();
    }

    /** What is cut off says so, over and over. */
    private static final class Silence extends TurboFilter {
        @Override
        public FilterReply decide(
                @Nullable Marker marker,
                Logger logger,
                Level level,
                @Nullable String format,
                Object @Nullable [] parameters,
                @Nullable Throwable error) {
            return FilterReply.DENY;
        }
    }
}
