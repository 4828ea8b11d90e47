package org.bactrian.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.bactrian.RunningApplication;
import org.bactrian.log.QueueFull;
import org.bactrian.saga.SagaId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.dao.DataAccessResourceFailureException;

/** What clients are told when nobody is to blame, and whether they can know what became of what they sent. */
@ExtendWith(RunningApplication.Extension.class)
class ApiErrorsIT {
    private static final String ROUTE = """
            - route:
                id: fail
                routeConfigurationId: api-errors
                from: {uri: "platform-http:/fail?httpMethodRestrict=POST", steps: [{process: {ref: fail}}]}
            """;

    private CamelContext context;
    private Client client;

    @BeforeEach
    void start(RunningApplication application) {
        context = application.context();
        client = new Client(application);
    }

    @AfterEach
    void stop() throws Exception {
        context.getRouteController().stopRoute("fail");
        context.removeRoute("fail");
        context.getRegistry().unbind("fail");
    }

    @Test
    void tooMuchWaitsToBeWritten_nothingWasTaken() throws Exception {
        var saga = new SagaId(UUID.fromString("01a20710-8127-7000-be76-565de26806fc"));

        assertUnavailable(
                new QueueFull(50_000, 1, saga),
                "Too much to do",
                "So much waits already that nothing was taken. Try again later.");
    }

    @Test
    void processStops_saysSo() throws Exception {
        assertUnavailable(
                new RejectedExecutionException("this process stops"), "Unavailable", "This process stops. Try again.");
    }

    @Test
    void sagaLogIsAway_whatWasSentMayHaveBeenStored() throws Exception {
        assertUnavailable(
                new DataAccessResourceFailureException("away"),
                "Unavailable",
                "This cannot be answered now. Try again: what was sent may have been stored, but the same under the same id is not stored twice.");
    }

    private void assertUnavailable(RuntimeException failure, String title, String detail) throws Exception {
        context.getRegistry().bind("fail", (Processor) exchange -> {
            throw failure;
        });
        PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("fail.camel.yaml", ROUTE));

        HttpResponse<String> answer = client.send("POST", "/fail", "");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(Client.json(answer).get("title").textValue()).isEqualTo(title);
        assertThat(Client.json(answer).get("detail").textValue()).isEqualTo(detail);
    }
}
