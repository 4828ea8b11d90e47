package org.bactrian.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.apache.camel.main.Main;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a composed order says of a participant that is well, down, slow or ill. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class OrderPartIT {
    private static final String ROUTE = """
            - route:
                from:
                  uri: direct:ask
                  steps:
                    - setVariable: {name: orderId, constant: {expression: o-1}}
                    - to:
                        uri: kamelet:order-part
                        parameters: {member: payment, url: "http://127.0.0.1:%d/payments", responseTimeout: 200}
            """;

    private final InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private final Main camel = new Main();

    @BeforeEach
    void useTheShippedKamelet() {
        camel.addInitialProperty("camel.component.kamelet.location", "file:routes/kamelets,classpath:kamelets");
        camel.addInitialProperty("camel.component.kamelet.noErrorHandler", "true");
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    @Test
    void well_itsAnswerIsThePart() throws Exception {
        assertThat(answered(200, "{\"status\":\"CAPTURED\"}"))
                .isEqualToIgnoringWhitespace("{\"payment\":{\"status\":\"CAPTURED\"}}");
    }

    @Test
    void neverHeardOfTheOrder_partIsNull() throws Exception {
        assertThat(answered(404, "{}")).isEqualToIgnoringWhitespace("{\"payment\":null}");
    }

    @Test
    void ill_partSaysWhy() throws Exception {
        assertThat(answered(500, "internals"))
                .isEqualToIgnoringWhitespace("{\"payment\":{\"unavailable\":\"HTTP 500\"}}");
    }

    @Test
    void answersNoJson_partIsUnavailable() throws Exception {
        assertThat(answered(200, "<html>")).contains("unavailable");
    }

    @Test
    void down_partSaysWhy() throws Exception {
        int port;
        try (var closed = new ServerSocket(0)) {
            port = closed.getLocalPort();
        }

        assertThat(ask(port)).contains("unavailable").containsIgnoringCase("refused");
    }

    @Test
    void slow_partSaysSoWhenItsTimeIsOver() throws Exception {
        try (var silent = new ServerSocket()) {
            silent.bind(anyPort);

            assertThat(ask(silent.getLocalPort())).contains("unavailable").containsIgnoringCase("timed out");
        }
    }

    private String answered(int status, String body) throws Exception {
        HttpServer server = HttpServer.create(anyPort, 0);
        server.createContext("/payments/o-1", exchange -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            try (var out = exchange.getResponseBody()) {
                out.write(bytes);
            }
        });
        server.start();
        try {
            return ask(server.getAddress().getPort());
        } finally {
            server.stop(0);
        }
    }

    private String ask(int port) throws Exception {
        camel.start();
        var context = camel.getCamelContext();
        PluginHelper.getRoutesLoader(context)
                .loadRoutes(ResourceHelper.fromString("ask.camel.yaml", ROUTE.formatted(port)));
        try (var template = context.createProducerTemplate()) {
            return template.requestBody("direct:ask", (Object) null, String.class);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
