package org.bactrian.fault;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.NoHttpResponseException;

/**
 * Stands between the router and what it calls over HTTP; to be named in {@code
 * camel.component.http.httpClientConfigurer}. Touches only calls of a saga's step.
 */
public final class FaultyHttp implements HttpClientConfigurer, ExecChainHandler {
    private static final long LONGEST_SECONDS = 30;

    private final AtomicInteger held = new AtomicInteger();
    private volatile Traffic traffic = Traffic.UNDISTURBED;

    void disturb(Traffic by) {
        traffic = by;
    }

    /** How many calls are still to be made or answered. */
    int held() {
        return held.get();
    }

    @Override
    public void configureHttpClient(HttpClientBuilder client) {
        client.addExecInterceptorFirst("faults", this);
    }

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        if (!request.containsHeader("sagaId")) {
            return chain.proceed(request, scope);
        }
        var copy = CopiedCall.of(request, scope.route.getTargetHost());
        Fate fate = traffic.of(new Delivery(
                request.getFirstHeader("sagaId").getValue(),
                request.getFirstHeader("sagaStep").getValue() + ":"
                        + request.getFirstHeader("sagaCall").getValue()));
        switch (fate.kind()) {
            case DROPPED -> throw lost(request);
            case LATE -> {
                sendLater(copy, fate);
                throw lost(request);
            }
            case SLOW -> await(fate.until().toCompletableFuture());
            case REPEATED_LATE -> sendLater(copy, fate);
            case DOUBLED -> await(copy.send());
            default -> {}
        }
        CompletableFuture<?> atOnce =
                fate.kind() == Fate.Kind.DOUBLED_AT_ONCE ? copy.send() : CompletableFuture.completedFuture(null);
        ClassicHttpResponse answer = chain.proceed(request, scope);
        await(atOnce);
        if (fate.kind() == Fate.Kind.ANSWERED_TWICE) {
            await(copy.send());
        } else if (fate.kind() == Fate.Kind.ANSWER_LOST) {
            answer.close();
            throw lost(request);
        }
        return answer;
    }

    private void sendLater(CopiedCall copy, Fate fate) {
        held.incrementAndGet();
        var unused =
                fate.until().thenCompose(ready -> copy.send()).whenComplete((answer, error) -> held.decrementAndGet());
    }

    private static void await(CompletableFuture<?> done) throws IOException {
        try {
            done.get(LONGEST_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException(e);
        }
    }

    private static NoHttpResponseException lost(ClassicHttpRequest request) {
        return new NoHttpResponseException("the test lost the connection of " + request);
    }
}
