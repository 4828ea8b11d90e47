package org.bactrian.participants;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.component.kafka.serde.ToStringKafkaHeaderDeserializer;
import org.apache.camel.main.Main;
import org.bactrian.barrier.BarrierPurge;
import org.bactrian.barrier.ParticipantDatabase;
import org.springframework.jdbc.core.JdbcTemplate;

/** One participant's shipped routes and migrations, running by themselves on an empty database. */
final class Participant implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Main main = new Main();
    private final HttpClient http = HttpClient.newHttpClient();
    private final int port = TestBroker.freePort();
    private final HikariDataSource database;

    /** @param kafka where the broker is */
    Participant(String name, String kafka) {
        this(name, kafka, "outbox.poll=200ms");
    }

    /** @param more properties, a line each */
    Participant(String name, String kafka, String more) {
        database = TestDatabase.participant("routes/participants/" + name);
        (configuration(name, kafka) + more).lines().forEach(line -> {
            int equals = line.indexOf('=');
            main.addInitialProperty(line.substring(0, equals), line.substring(equals + 1));
        });
        main.init();
        ParticipantDatabase.bind(main.getCamelContext(), name, database);
        main.bind("barrierPurge", new BarrierPurge(List.of(database), Optional.empty()));
    }

    private String configuration(String name, String kafka) {
        return """
                camel.main.routesIncludePattern=file:routes/shared/*.camel.yaml,file:routes/participants/%s/*.camel.yaml
                camel.component.kamelet.location=file:routes/kamelets,classpath:kamelets
                camel.component.kamelet.noErrorHandler=true
                camel.server.enabled=true
                camel.server.host=127.0.0.1
                camel.server.port=%d
                camel.component.kafka.brokers=%s
                camel.component.kafka.autoOffsetReset=earliest
                camel.component.kafka.autoCommitEnable=false
                camel.component.kafka.allowManualCommit=true
                camel.component.kafka.breakOnFirstError=true
                camel.component.kafka.keyDeserializer=org.apache.kafka.common.serialization.ByteArrayDeserializer
                camel.component.kafka.valueDeserializer=org.apache.kafka.common.serialization.ByteArrayDeserializer
                camel.main.allowUseOriginalMessage=true
                barrier.purgeInterval=1h
                inbox.outageRetries=2
                camel.component.kafka.headerDeserializer=%s
                """.formatted(name, port, kafka, "#class:" + ToStringKafkaHeaderDeserializer.class.getName());
    }

    /** Before {@link #start}: for services of the context that the routes need. */
    CamelContext context() {
        return main.getCamelContext();
    }

    Participant start() {
        main.start();
        return this;
    }

    /** Whether everything that it has to say is said. */
    boolean hasSaidAll() {
        return sql().queryForList("SELECT FROM outbox").isEmpty();
    }

    JdbcTemplate sql() {
        return new JdbcTemplate(database);
    }

    Answer post(String path, String body, Map<String, String> headers) {
        return send(HttpRequest.newBuilder().POST(BodyPublishers.ofString(body)), path, headers);
    }

    Answer put(String path, Map<String, String> headers) {
        return send(HttpRequest.newBuilder().PUT(BodyPublishers.noBody()), path, headers);
    }

    Answer get(String path) {
        return send(HttpRequest.newBuilder().GET(), path, Map.of());
    }

    private Answer send(HttpRequest.Builder request, String path, Map<String, String> headers) {
        headers.forEach(request::header);
        try {
            URI uri = URI.create("http://127.0.0.1:%d%s".formatted(port, path));
            HttpResponse<String> response = http.send(request.uri(uri).build(), BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        main.stop();
        database.close();
    }

    /** What came over HTTP. */
    record Answer(int status, String body) {
        JsonNode json() {
            return parse(body);
        }

        /** As {@code 409 card declined}. */
        String problem() {
            return status + " " + json().path("detail").asText();
        }

        @Override
        public String toString() {
            return body.isEmpty() ? String.valueOf(status) : status + " " + json();
        }
    }

    static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new IllegalStateException(json, e);
        }
    }
}
