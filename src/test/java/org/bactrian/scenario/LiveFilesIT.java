package org.bactrian.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.bactrian.scenario.OrderBuilder.anOrder;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import javax.management.ObjectName;
import org.apache.camel.Route;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each kind of file in routes/, and each way of saving it, while the application runs. */
class LiveFilesIT {
    private static final Duration EFFECT = Duration.ofSeconds(10);
    private static final String HELLO = """
            - route:
                id: say-hello
                from:
                  uri: platform-http:/hello
                  steps:
                    - setBody: {constant: {expression: hello}}
                    - to: {uri: "kamelet:found", parameters: {what: greeting}}
            """;

    @TempDir
    static Path folder;

    private static EditedHome home;
    private static Client client;

    @BeforeAll
    static void start() throws Exception {
        home = EditedHome.start(folder);
        client = new Client(home.application());
    }

    @AfterAll
    static void stop() throws Exception {
        home.close();
    }

    @AfterEach
    void restore() throws Exception {
        home.restore();
        home.forgetLines();
    }

    @Test
    void fileIsAddedAndDeleted_itsRoutesComeAndGo() throws Exception {
        Set<String> before = routes();
        Map<String, Integer> kamelets = home.kameletRoutes();

        home.save("hello.camel.yaml", HELLO);
        await().atMost(EFFECT).until(() -> client.get("/hello").body().equals("hello"));
        assertThat(registered("say-hello")).isTrue();

        Files.delete(home.path("hello.camel.yaml"));
        await().atMost(EFFECT).until(() -> client.get("/hello").statusCode() == 404);
        home.awaitLine("say-hello");
        assertThat(routes()).isEqualTo(before);
        assertThat(home.kameletRoutes()).isEqualTo(kamelets);
        assertThat(registered("say-hello")).isFalse();
        assertHealthy();
    }

    @Test
    void fileThatOthersCallIsDeleted_oneLineSaysWhoCallsItAndItsRoutesRunOn() throws Exception {
        Files.delete(home.path("steps/reserve-inventory.camel.yaml"));

        assertThat(home.awaitLine("steps/reserve-inventory.camel.yaml"))
                .startsWith("WARN routes/steps/reserve-inventory.camel.yaml:1: with this change,"
                        + " routes/order-pipeline.camel.yaml:")
                .contains("direct:reserve-inventory: no route consumes from there.");
        assertCompletes();
        assertHealthy();
    }

    @Test
    void routeMovesToAnotherFile_itRunsOn() throws Exception {
        home.save("hello.camel.yaml", HELLO);
        await().atMost(EFFECT).until(() -> client.get("/hello").body().equals("hello"));
        home.forgetLines();

        Files.move(home.path("hello.camel.yaml"), home.path("steps/greet.camel.yaml"));
        home.edit("steps/greet.camel.yaml", "expression: hello", "expression: hi");

        await().atMost(EFFECT).until(() -> client.get("/hello").body().equals("hi"));
        assertThat(home.warnings()).isEmpty();
    }

    @Test
    void savedByRename_andInPieces_isTakenWhole() throws Exception {
        home.save("hello.camel.yaml", HELLO);
        await().atMost(EFFECT).until(() -> client.get("/hello").body().equals("hello"));
        home.forgetLines();

        Path beside = home.path("steps/.hello.camel.yaml.swp");
        Files.writeString(beside, HELLO.replace("expression: hello", "expression: renamed"));
        Files.move(
                beside,
                home.path("hello.camel.yaml"),
                StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.ATOMIC_MOVE);
        await().atMost(EFFECT).until(() -> client.get("/hello").body().equals("renamed"));

        String pieces = HELLO.replace("expression: hello", "expression: pieces");
        for (int length = 0; length <= pieces.length(); length += pieces.length() / 8) {
            home.save("hello.camel.yaml", pieces.substring(0, length));
            Thread.sleep(60); // a slow writer
        }
        home.save("hello.camel.yaml", pieces);
        await().atMost(EFFECT).until(() -> client.get("/hello").body().equals("pieces"));
        await().atMost(EFFECT).until(() -> home.lines().size() == 2);
        assertThat(home.warnings()).isEmpty();
    }

    @Test
    void otherFilesAreSaved_nothingHappens() throws Exception {
        home.save("hello.camel.yaml~", HELLO);
        home.save(".#hello.camel.yaml", HELLO);
        home.save("hello.camel.yaml", HELLO);

        home.awaitLine("say-hello");

        assertThat(home.warnings()).isEmpty();
        assertThat(home.lines()).hasSize(1);
    }

    @Test
    void kameletIsEdited_whoUsesItRunsOnIt() throws Exception {
        Map<String, Integer> kamelets = home.kameletRoutes();
        assertThat(detail()).isEqualTo("There is no sku NOPE.");

        home.edit("kamelets/found.kamelet.yaml", "There is no {{what}}.", "Nothing is known of {{what}}.");

        await().atMost(EFFECT).until(() -> detail().equals("Nothing is known of sku NOPE."));
        home.awaitLine("Reloaded kamelet:found");
        assertThat(home.kameletRoutes()).isEqualTo(kamelets);
        assertHealthy();
    }

    @Test
    void kameletIsBroken_oneLineSaysSoAndItRunsOnAsItWas() throws Exception {
        home.edit("kamelets/found.kamelet.yaml", "- throwException:", "- throwExceptoin:");

        assertThat(home.awaitLine("found.kamelet.yaml"))
                .startsWith("WARN routes/kamelets/found.kamelet.yaml:25: ")
                .contains("throwExceptoin");
        assertThat(detail()).isEqualTo("There is no sku NOPE.");
        assertHealthy();
    }

    @Test
    void routeConfigurationIsEdited_theRoutesThatNameItRunOnIt() throws Exception {
        home.edit("shared/errors.camel.yaml", "status: 404, title: Not found", "status: 404, title: Not here");

        await().atMost(EFFECT)
                .until(() -> client.get("/inventory/stock/NOPE").body().contains("Not here"));
        assertThat(home.warnings()).isEmpty();
        assertCompletes();
    }

    @Test
    void routeTemplateIsEdited_theRoutesMadeOfItAreMadeAgain() throws Exception {
        home.edit("shared/outbox-relay.camel.yaml", "period: 1,", "period: 2,");

        assertThat(home.awaitLine("relay-order-outbox")).contains("relay-inventory-outbox", "relay-shipping-outbox");
        assertCompletes();
        assertHealthy();
    }

    @Test
    void beansAreEdited_oneLineSaysThatARestartIsNeeded() throws Exception {
        home.edit("shared/inbox.camel.yaml", "name: outage", "name: outages");

        assertThat(home.awaitLine("inbox.camel.yaml")).startsWith("WARN routes/shared/inbox.camel.yaml:2: ");
        assertCompletes();
    }

    @Test
    void filesAreEditedAgainAndAgainUnderLoad_allOrdersEndAndNothingIsLeftBehind() throws Exception {
        Map<String, Integer> kamelets = home.kameletRoutes();
        Set<String> routes = routes();
        var pool = Executors.newFixedThreadPool(4);
        List<Future<String>> placed = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            placed.add(pool.submit(LiveFilesIT::placeAndAwaitTheEnd));
        }
        List<String> files = List.of(
                "order-pipeline.camel.yaml",
                "steps/create-order.camel.yaml",
                "steps/reserve-inventory.camel.yaml",
                "steps/fulfil-order.camel.yaml",
                "participants/payment/payment.camel.yaml",
                "participants/shipping/shipping.camel.yaml",
                "participants/inventory/inventory.camel.yaml",
                "replies.camel.yaml");
        for (String file : files) {
            home.forgetLines();
            String text = home.text(file);
            home.save(file, text.replaceAll("(?m)^    id: (.*)$", "    id: $1\n    note: edited"));
            assertThat(home.awaitLine("Reloaded")).startsWith("INFO");
        }
        pool.shutdown();
        for (Future<String> order : placed) {
            assertThat(order.get()).isEqualTo("COMPLETED");
        }
        assertThat(routes()).isEqualTo(routes);
        assertThat(home.kameletRoutes()).isEqualTo(kamelets);
        assertHealthy();
    }

    /** The answer comes early when the saga is dropped and goes on. */
    private static String placeAndAwaitTheEnd() {
        String saga = "/api/sagas/"
                + Client.json(client.place(anOrder())).get("sagaId").textValue();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> !client.json(saga).get("status").textValue().matches("STARTED|.*ING"));
        return client.json(saga).get("status").textValue();
    }

    private static String detail() {
        return Client.json(client.get("/inventory/stock/NOPE")).path("detail").asText();
    }

    private static void assertCompletes() {
        assertThat(placeAndAwaitTheEnd()).isEqualTo("COMPLETED");
    }

    private static void assertHealthy() throws Exception {
        assertThat(home.health()).startsWith("200").contains("UP");
    }

    private static Set<String> routes() {
        return home.application().context().getRoutes().stream()
                .filter(route -> !route.isCreatedByKamelet())
                .map(Route::getRouteId)
                .collect(Collectors.toSet());
    }

    private static boolean registered(String route) throws Exception {
        return !ManagementFactory.getPlatformMBeanServer()
                .queryNames(new ObjectName("org.apache.camel:type=routes,name=\"" + route + "\",*"), null)
                .isEmpty();
    }
}
