package org.bactrian.camel;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;

/**
 * Answers what the HTTP server turns away before a route sees it, as RFC 9457 says: a body that is too large above all, and
 * everything while the routes are not there yet.
 */
public final class HttpFailures {
    private HttpFailures() {}

    /**
     * To be called once the server runs, before the routes do.
     *
     * @param maxBodyBytes what the server was told; for the sentence only
     * @throws Exception what a listener makes of a context that runs already
     */
    public static void answerAsProblems(CamelContext context, int port, long maxBodyBytes) throws Exception {
        VertxPlatformHttpRouter router =
                VertxPlatformHttpRouter.lookup(context, VertxPlatformHttpRouter.getRouterNameFromPort(port));
        router.route().order(Integer.MAX_VALUE).failureHandler(request -> answer(request, maxBodyBytes));
        Route starting = router.route().order(Integer.MIN_VALUE).handler(HttpFailures::answerLater);
        context.addStartupListener(new RoutesRun(starting::remove));
    }

    /** The port is open before the routes run; without this the answer would be that there is no such thing. */
    private static void answerLater(RoutingContext request) {
        var problem = new JsonObject()
                .put("type", "about:blank")
                .put("title", "Unavailable")
                .put("status", 503)
                .put("detail", "This process starts. Try again.");
        request.response()
                .setStatusCode(503)
                .putHeader("Content-Type", "application/problem+json")
                .putHeader("Retry-After", "1")
                .end(problem.encode());
    }

    private static void answer(RoutingContext request, long maxBodyBytes) {
        if (request.response().ended() || request.response().headWritten()) {
            return;
        }
        int status = request.statusCode() < 400 ? 500 : request.statusCode();
        request.response().setStatusCode(status);
        var problem = new JsonObject().put("type", "about:blank");
        if (status == 413) {
            problem.put("title", "Too large")
                    .put("status", status)
                    .put("detail", "The body must be at most %,d bytes.".formatted(maxBodyBytes));
        } else {
            problem.put("title", request.response().getStatusMessage()).put("status", status);
        }
        request.response()
                .putHeader("Content-Type", "application/problem+json")
                .putHeader("Connection", "close")
                .end(problem.encode());
    }
}
