package org.bactrian.camel;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.ExchangeTimedOutException;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.kafka.common.errors.RetriableException;
import org.bactrian.barrier.Contradiction;
import org.bactrian.barrier.Outage;
import org.bactrian.saga.Failure;
import org.bactrian.saga.Failure.Kind;
import org.bactrian.saga.Refused;
import org.jspecify.annotations.Nullable;

/** Reads from an exception which of the three outcomes an action had: refused, unknown, or our own fault. */
final class Outcomes {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<Integer> REFUSED = Set.of(409, 422);
    private static final Set<Integer> BUSY = Set.of(429, 503);

    private Outcomes() {}

    /** The failure to record for it. */
    static Failure failure(Throwable thrown) {
        Throwable cause = unwrap(thrown);
        if (cause instanceof Refused refused) {
            return new Failure(Kind.REFUSED, refused.reason());
        }
        if (cause instanceof Contradiction) {
            return new Failure(Kind.REFUSED, describe(cause));
        }
        if (cause instanceof HttpOperationFailedException http) {
            return ofHttp(http);
        }
        boolean unanswered = (cause instanceof IOException && !(cause instanceof JacksonException))
                || cause instanceof TimeoutException
                || cause instanceof RetriableException
                || cause instanceof ExchangeTimedOutException;
        return new Failure(unanswered ? Kind.UNKNOWN : Kind.FAULT, describe(cause));
    }

    /** How long the participant asks to be left alone, by {@code Retry-After} in seconds; zero if it does not say. */
    static Duration retryAfter(Throwable thrown) {
        if (!(unwrap(thrown) instanceof HttpOperationFailedException http)
                || !BUSY.contains(http.getStatusCode())
                || http.getResponseHeaders() == null) {
            return Duration.ZERO;
        }
        return http.getResponseHeaders().entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase("Retry-After"))
                .map(Map.Entry::getValue)
                .filter(value -> value.matches("[0-9]{1,9}"))
                .findFirst()
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
                .orElse(Duration.ZERO);
    }

    /** The exception itself, without the wrappers of futures and templates. */
    static Throwable unwrap(Throwable thrown) {
        Throwable cause = thrown;
        while ((cause instanceof CompletionException
                        || cause instanceof ExecutionException
                        || cause instanceof CamelExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** The same future, but whoever hangs on it gets the exception itself: Camel sets it on the exchange as it comes. */
    static <T> CompletableFuture<T> plain(CompletableFuture<T> future) {
        var plain = new CompletableFuture<T>();
        var unused = future.whenComplete((value, error) -> {
            if (error == null) {
                plain.complete(value);
            } else {
                plain.completeExceptionally(unwrap(error));
            }
        });
        return plain;
    }

    /** The member {@code reason}, {@code detail} or {@code title} of a JSON object, else the fallback. */
    static String reasonIn(byte @Nullable [] body, String fallback) {
        if (body == null || body.length == 0) {
            return fallback;
        }
        try {
            JsonNode json = JSON.readTree(body);
            for (String member : new String[] {"reason", "detail", "title"}) {
                if (json.path(member).isTextual()) {
                    return json.path(member).asText();
                }
            }
        } catch (IOException e) {
            return fallback;
        }
        return fallback;
    }

    private static Failure ofHttp(HttpOperationFailedException http) {
        int status = http.getStatusCode();
        String answer = http.getResponseBody();
        String fallback = "HTTP %d from %s".formatted(status, http.getUri());
        String reason = reasonIn(answer == null ? null : answer.getBytes(StandardCharsets.UTF_8), fallback);
        if (REFUSED.contains(status)) {
            return new Failure(Kind.REFUSED, reason);
        }
        boolean unknown = Outage.isOutage(status);
        return new Failure(
                unknown ? Kind.UNKNOWN : Kind.FAULT, reason.equals(fallback) ? fallback : fallback + ": " + reason);
    }

    private static String describe(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }
}
