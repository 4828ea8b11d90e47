package org.bactrian.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bactrian.scenario.Homes;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten thousand sagas wait for people, in a heap of 512 MB and without a thread each; their router is killed meanwhile. */
@Tag("proof")
class ManyWaitingIT {
    private static final int SAGAS = Integer.getInteger("proof.waiting", 10_000);
    private static final int AT_ONCE = 64;
    private static final Duration LIMIT = Duration.ofMinutes(10);
    /** What the issue asks for, counted from the moment in which the next process can take orders. */
    private static final Duration AGAIN = Duration.ofSeconds(30);

    private static final Pattern FULL = Pattern.compile("Pause Full.* \\d+M->(\\d+)M\\(");
    private static final Pattern THREADS = Pattern.compile("(?m)^Threads:\\s+(\\d+)$");

    private static final String ROUTES = """
            - route:
                id: approval
                description: Waits until somebody approves.
                errorHandlerRef: stepErrors
                from:
                  uri: pipeline:approval
                  steps:
                    - saga: {propagation: REQUIRES_NEW, timeout: 5h, steps: [{to: "direct:approve"}]}
            - route:
                id: approve
                description: Somebody approves.
                errorHandlerRef: stepErrors
                from:
                  uri: direct:approve
                  steps:
                    - saga:
                        propagation: MANDATORY
                        compensation: direct:nothing-to-undo
                        timeout: 4h
                        steps: [{to: "await:approve:action"}]
            - route:
                id: ask-approval
                description: Begins one.
                from:
                  uri: platform-http:/approvals?httpMethodRestrict=POST
                  steps:
                    - to: "pipeline:approval?key=${header.key}"
                    - setBody: {simple: {expression: "${header.sagaId}"}}
                    - removeHeaders: {pattern: "*"}
            - route:
                id: give-approval
                description: Approves one.
                from:
                  uri: platform-http:/approvals/{sagaId}?httpMethodRestrict=POST
                  steps:
                    - removeHeaders: {pattern: "*", excludePattern: sagaId}
                    - to: "signal:approve:action"
                    - removeHeaders: {pattern: "*"}
            """;

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void tenThousandWait_noneNeedsAThreadAndAllWaitAgainSoonAfterAKillAndEndWhenSignalled() throws Exception {
        Path home = folder.resolve("home");
        Homes.installPatient(home);
        Files.writeString(home.resolve("routes/approval.camel.yaml"), ROUTES);
        try (var backbone = new Backbone(folder)) {
            Router first = start(backbone, home, "first");
            int idle = threads(first);
            send(SAGAS, i -> request(first, "/approvals", "key", "k-" + i));
            await().atMost(LIMIT).until(() -> wait(first));
            int busy = threads(first);
            long heap = heap(first);

            first.kill();
            long killed = System.nanoTime();
            Router second = start(backbone, home, "second");
            long ready = System.nanoTime();
            await().atMost(LIMIT).pollInterval(Duration.ofMillis(100)).until(() -> wait(second));
            Duration again = Duration.ofNanos(System.nanoTime() - ready);
            Duration sinceKill = Duration.ofNanos(System.nanoTime() - killed);
            await().atMost(LIMIT)
                    .until(() -> count(backbone, "claims = 0 AND parked IS NULL AND ended_at IS NULL") == SAGAS);
            edit(home, second);
            long edited = System.nanoTime();
            await().atMost(LIMIT).pollInterval(Duration.ofMillis(100)).until(() -> wait(second));
            Duration afterEdit = Duration.ofNanos(System.nanoTime() - edited);
            int busyAgain = threads(second);
            long heapAgain = heap(second);
            List<String> sagas = backbone.sql("saga")
                    .sql("SELECT saga_id FROM saga")
                    .query(String.class)
                    .list();
            long signalled = System.nanoTime();
            send(SAGAS, i -> request(second, "/approvals/" + sagas.get(i)));
            await().atMost(LIMIT).until(() -> count(backbone, "status = 'COMPLETED'") == SAGAS);

            System.out.printf(
                    "waiting: %,d sagas; threads %d idle, %d waiting, %d after the restart; heap after GC %d MB, %d MB after the restart, of 512%n"
                            + "waiting: all wait again %.1f s after the router was ready, %.1f s after kill -9, %.1f s after a live edit; all ended within %.1f s of the first signal%n",
                    SAGAS,
                    idle,
                    busy,
                    busyAgain,
                    heap,
                    heapAgain,
                    again.toMillis() / 1e3,
                    sinceKill.toMillis() / 1e3,
                    afterEdit.toMillis() / 1e3,
                    (System.nanoTime() - signalled) / 1e9);
            assertThat(again).isLessThanOrEqualTo(AGAIN);
            assertThat(afterEdit).isLessThanOrEqualTo(AGAIN);
            assertThat(busy).as("threads").isLessThan(idle + 300); // what serves HTTP
            assertThat(busyAgain).as("threads").isLessThan(idle + 300);
            assertThat(first.printed() + second.printed()).doesNotContain("OutOfMemoryError", " ERROR ");
        }
    }

    private Router start(Backbone backbone, Path home, String name) throws IOException {
        return backbone.start(
                        name,
                        Map.of("bactrian.home", home.toString()),
                        List.of(
                                "-Xmx512m",
                                "-XX:+ExitOnOutOfMemoryError",
                                "-Xlog:gc:file=" + folder.resolve(name + ".gc")))
                .awaitReady();
    }

    /** All are dropped, and go on from their records on the new routes. */
    private static void edit(Path home, Router router) throws IOException {
        Path file = home.resolve("routes/approval.camel.yaml");
        Files.writeString(file, ROUTES.replace("Somebody approves.", "Somebody else approves."));
        await().atMost(LIMIT).until(() -> router.printed().contains("Reloaded "));
    }

    /** Whether all are in its memory, and none of them does anything but wait. */
    private static boolean wait(Router router) {
        return router.metric("saga_live") == SAGAS && router.metric("saga_running") == 0;
    }

    private static long count(Backbone backbone, String which) {
        return backbone.sql("saga")
                .sql("SELECT count(*) FROM saga WHERE " + which)
                .query(Long.class)
                .single();
    }

    private static HttpRequest request(Router router, String path, String... headers) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + router.port() + path))
                .POST(BodyPublishers.ofString("{\"please\": \"%s\"}".formatted("x".repeat(300))));
        return (headers.length == 0 ? request : request.headers(headers)).build();
    }

    /** So many at once; each must be taken. */
    private void send(int number, IntFunction<HttpRequest> requests) throws InterruptedException {
        var free = new Semaphore(AT_ONCE);
        var taken = new AtomicInteger();
        for (int i : IntStream.range(0, number).toArray()) {
            free.acquire();
            var unused = http.sendAsync(requests.apply(i), BodyHandlers.ofString())
                    .whenComplete((answer, error) -> {
                        taken.addAndGet(isTaken(answer) ? 1 : 0);
                        free.release();
                    });
        }
        free.acquire(AT_ONCE);
        assertThat(taken).hasValue(number);
    }

    private static boolean isTaken(@Nullable HttpResponse<String> answer) {
        return answer != null && answer.statusCode() == 200;
    }

    private static int threads(Router router) throws IOException {
        Matcher threads = THREADS.matcher(Files.readString(
                Path.of("/proc", String.valueOf(router.process().pid()), "status")));
        assertThat(threads.find()).isTrue();
        return Integer.parseInt(threads.group(1));
    }

    /** In MB, after a full collection that is asked for. */
    private long heap(Router router) throws IOException, InterruptedException {
        String name = router.log().getFileName().toString().replace(".log", ".gc");
        long before = collections(name).count();
        Process gc = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        String.valueOf(router.process().pid()),
                        "GC.run")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(gc.waitFor()).isZero();
        await().until(() -> collections(name).count() > before);
        return collections(name).reduce((one, next) -> next).orElseThrow();
    }

    private Stream<Long> collections(String name) throws IOException {
        return Files.readAllLines(folder.resolve(name)).stream()
                .map(FULL::matcher)
                .filter(Matcher::find)
                .map(line -> Long.parseLong(line.group(1)));
    }
}
