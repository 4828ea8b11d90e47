package org.bactrian.fault;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands before a participant: passes every call on at once, and every answer only after it was told to. */
final class HeldReplies implements AutoCloseable {
    private static final Set<String> HOP =
            Set.of("connection", "content-length", "host", "transfer-encoding", "upgrade");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch open = new CountDownLatch(1);
    private final AtomicInteger held = new AtomicInteger();
    private final HttpServer server;
    private final int participant;

    /** @param participant the port it really listens on */
    HeldReplies(int participant) throws IOException {
        this.participant = participant;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::pass);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** How many calls were answered to this one, which keeps the answers. */
    int held() {
        return held.get();
    }

    void release() {
        open.countDown();
    }

    private void pass(HttpExchange call) throws IOException {
        try (call) {
            HttpResponse<byte[]> answer = http.send(request(call), BodyHandlers.ofByteArray());
            held.incrementAndGet();
            open.await();
            answer.headers().map().forEach((name, values) -> {
                if (!HOP.contains(name)) {
                    call.getResponseHeaders().put(name, values);
                }
            });
            byte[] body = answer.body();
            call.sendResponseHeaders(answer.statusCode(), body.length == 0 ? -1 : body.length);
            call.getResponseBody().write(body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private HttpRequest request(HttpExchange call) throws IOException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + participant + call.getRequestURI()))
                .method(
                        call.getRequestMethod(),
                        BodyPublishers.ofByteArray(call.getRequestBody().readAllBytes()));
        call.getRequestHeaders().forEach((name, values) -> {
            if (!HOP.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        return request.build();
    }

    @Override
    public void close() {
        release();
        server.stop(0);
        threads.shutdownNow();
    }
}
