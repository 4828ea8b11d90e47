package org.bactrian.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import org.bactrian.RunningApplication;

/** What users send with curl. */
public final class Client {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(40);

    private final HttpClient http = HttpClient.newHttpClient();
    private final String url;

    public Client(RunningApplication application) {
        this(application.url());
    }

    public Client(String url) {
        this.url = url;
    }

    /** Places the order and waits for the saga's end. */
    public HttpResponse<String> place(OrderBuilder order) {
        return post(order.toString(), "Content-Type", "application/json", "Prefer", "wait=30");
    }

    public HttpResponse<String> post(String body, String... headers) {
        return send("POST", "/api/orders", body, headers);
    }

    HttpResponse<String> send(String method, String path, String body, String... headers) {
        return send(method, path, body.getBytes(UTF_8), headers);
    }

    HttpResponse<String> send(String method, String path, byte[] body, String... headers) {
        var request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(LIMIT)
                .method(method, BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    public HttpResponse<String> get(String path) {
        return send(
                HttpRequest.newBuilder(URI.create(url + path)).timeout(LIMIT).build());
    }

    public JsonNode json(String path) {
        return json(get(path));
    }

    public static JsonNode json(HttpResponse<String> response) {
        try {
            return JSON.readTree(response.body());
        } catch (IOException e) {
            throw new IllegalStateException("not JSON: " + response.body(), e);
        }
    }

    /** The saga as a text: its status and failure, then a line per step in the order of the pipeline. */
    String logOf(JsonNode accepted) {
        JsonNode saga = json("/api/sagas/" + accepted.get("sagaId").textValue());
        var lines = new ArrayList<String>();
        for (JsonNode step : saga.get("steps")) {
            String failure = step.get("failure").isNull()
                    ? ""
                    : " " + step.get("failure").textValue();
            String joined = step.get("joined").booleanValue() ? " joined" : "";
            lines.add("%-18s %s%s%s%n"
                    .formatted(step.get("step").textValue(), step.get("status").textValue(), joined, failure));
        }
        // the two steps of the parallel stage begin in either order
        if (lines.size() > 2 && lines.get(1).startsWith("authorize")) {
            lines.add(1, lines.remove(2));
        }
        return saga.get("status").textValue() + "\n" + String.join("", lines);
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(request + " was not answered", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
