package org.bactrian.camel;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;

/** Answers what the HTTP server turns away before a route sees it, a body that is too large above all, as RFC 9457 says. */
public final class HttpFailures {
    private HttpFailures() {}

    /**
     * To be called once the server runs.
     *
     * @param maxBodyBytes what the server was told; for the sentence only
     */
    public static void answerAsProblems(CamelContext context, int port, long maxBodyBytes) {
        VertxPlatformHttpRouter router =
                VertxPlatformHttpRouter.lookup(context, VertxPlatformHttpRouter.getRouterNameFromPort(port));
        router.route().order(Integer.MAX_VALUE).failureHandler(request -> answer(request, maxBodyBytes));
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
