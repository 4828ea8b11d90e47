package org.bactrian.embedded;

import static java.net.http.HttpResponse.BodyHandlers.ofString;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a log-in gives and what it does not give, over HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HawtioServerTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private HawtioServer hawtio;
    private String password;
    private HttpClient client;

    @BeforeAll
    void start(@TempDir Path directory) {
        hawtio = HawtioServer.start("127.0.0.1", 0, directory.resolve("hawtio.users"));
        password = hawtio.generatedPassword().orElseThrow();
    }

    @AfterAll
    void stop() {
        hawtio.close();
    }

    @BeforeEach
    void forgetCookies() {
        client = HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
    }

    @Test
    void bareHost_leadsToTheConsole() throws Exception {
        var answer = get("/");

        assertThat(answer.statusCode()).isEqualTo(302);
        assertThat(answer.headers().firstValue("Location"))
                .hasValueSatisfying(location -> assertThat(location).endsWith("/hawtio/"));
    }

    @Test
    void notLoggedIn_pageLeadsToLogInAndJolokiaIsForbidden() throws Exception {
        assertThat(get("/hawtio/").headers().firstValue("Location"))
                .hasValueSatisfying(location -> assertThat(location).endsWith("/hawtio/login"));
        assertThat(get("/hawtio/login").body()).contains("<div id=\"root\">");
        assertThat(jolokia("{'type': 'version'}").statusCode()).isEqualTo(403);
    }

    @Test
    void wrongPassword_isRefused() throws Exception {
        assertThat(logIn("someone", "wrong").statusCode()).isEqualTo(403);
        assertThat(logIn("someone", password).statusCode()).isEqualTo(403);
        assertThat(jolokia("{'type': 'version'}").statusCode()).isEqualTo(403);
    }

    @Test
    void rightPassword_cookieIsForThisSiteAndNotForScripts() throws Exception {
        var answer = logIn("admin", password);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Set-Cookie"))
                .hasValueSatisfying(cookie ->
                        assertThat(cookie).containsIgnoringCase("HttpOnly").containsIgnoringCase("SameSite=Strict"));
    }

    @Test
    void loggedIn_mayReadListAndSearch() throws Exception {
        logIn("admin", password);

        assertThat(ask("{'type': 'read', 'mbean': 'java.lang:type=Memory', 'attribute': 'HeapMemoryUsage'}")
                        .at("/value/used")
                        .asLong())
                .isPositive();
        assertThat(ask("{'type': 'search', 'mbean': 'java.lang:type=Mem*'}")
                        .at("/value")
                        .toString())
                .contains("java.lang:type=Memory");
        assertThat(ask("{'type': 'list', 'path': 'java.lang'}").at("/status").asInt())
                .isEqualTo(200);
        assertThat(ask("{'type': 'version'}").at("/value/agent").asText()).startsWith("2.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type': 'exec', 'mbean': 'com.sun.management:type=HotSpotDiagnostic', 'operation': 'dumpHeap', 'arguments': ['heap.hprof', true]}",
                "{'type': 'exec', 'mbean': 'com.sun.management:type=DiagnosticCommand', 'operation': 'vmSystemProperties'}",
                "{'type': 'exec', 'mbean': 'JMImplementation:type=MBeanServerDelegate', 'operation': 'anything'}",
                "{'type': 'exec', 'mbean': 'java.util.logging:type=Logging', 'operation': 'setLoggerLevel', 'arguments': ['', 'ALL']}",
                "{'type': 'exec', 'mbean': 'java.lang:type=Memory', 'operation': 'gc'}",
                "{'type': 'exec', 'mbean': 'java.lang:*', 'operation': 'gc'}",
                "{'type': 'exec', 'mbean': 'org.apache.camel:context=c,type=context,name=\"c\"', 'operation': 'sendBody(java.lang.String,java.lang.Object)', 'arguments': ['file:x', 'y']}",
                "{'type': 'exec', 'mbean': 'org.apache.camel:context=c,type=context,name=\"c\"', 'operation': 'createEndpoint(java.lang.String)', 'arguments': ['file:x']}",
                "{'type': 'exec', 'mbean': 'org.apache.camel:context=c,type=routes,name=\"r\"', 'operation': 'updateRouteFromXml(java.lang.String)', 'arguments': ['<route/>']}",
                "{'type': 'exec', 'mbean': 'org.apache.camel:context=c,type=routes,name=\"r\"', 'operation': 'stop()'}",
                "{'type': 'write', 'mbean': 'java.lang:type=Memory', 'attribute': 'Verbose', 'value': true}",
                "{'type': 'read', 'mbean': 'java.lang:type=Runtime', 'attribute': 'SystemProperties'}",
            })
    void loggedInButDangerous_isForbidden(String request) throws Exception {
        logIn("admin", password);

        assertThat(ask(request).at("/status").asInt()).isEqualTo(403);
    }

    @Test
    void addressOfAnotherServer_isIgnored() throws Exception {
        logIn("admin", password);

        var answer = ask(
                "{'type': 'read', 'mbean': 'java.lang:type=Memory', 'target': {'url': 'service:jmx:rmi:///jndi/rmi://127.0.0.1:1/jmxrmi'}}");

        assertThat(answer.at("/status").asInt())
                .as("answered from here: nobody listens there")
                .isEqualTo(200);
    }

    @Test
    void requestOfAnotherSite_isForbidden() throws Exception {
        logIn("admin", password);

        var foreign = request("/hawtio/jolokia")
                .setHeader("Origin", "http://localhost:8080")
                .POST(BodyPublishers.ofString("{\"type\": \"version\"}"));

        assertThat(client.send(foreign.build(), ofString()).statusCode()).isEqualTo(403);
    }

    @Test
    void proxyToOtherServers_isNotThere() throws Exception {
        logIn("admin", password);

        assertThat(get("/hawtio/proxy/http/127.0.0.1/%d/hawtio/jolokia".formatted(hawtio.port()))
                        .statusCode())
                .isEqualTo(404);
        assertThat(get("/hawtio/proxy").statusCode()).isEqualTo(404);
    }

    @Test
    void portInUse_complaintNamesTheKey(@TempDir Path directory) {
        assertThatThrownBy(() -> HawtioServer.start("127.0.0.1", hawtio.port(), directory.resolve("hawtio.users")))
                .isInstanceOf(CannotStart.class)
                .hasMessageContainingAll(Integer.toString(hawtio.port()), HawtioServer.PORT_KEY);
    }

    private HttpResponse<String> logIn(String user, String password) throws IOException, InterruptedException {
        var body = JSON.createObjectNode().put("username", user).put("password", password);
        return post("/hawtio/auth/login", body.toString());
    }

    private JsonNode ask(String request) throws IOException, InterruptedException {
        return JSON.readTree(jolokia(request).body());
    }

    private HttpResponse<String> jolokia(String request) throws IOException, InterruptedException {
        return post("/hawtio/jolokia", request.replace("\"", "\\\"").replace('\'', '"'));
    }

    private HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return client.send(request(path).POST(BodyPublishers.ofString(body)).build(), ofString());
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(path).build(), ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(hawtio.port(), path)))
                .setHeader("Content-Type", "application/json")
                .setHeader("Origin", "http://127.0.0.1:" + hawtio.port());
    }
}
