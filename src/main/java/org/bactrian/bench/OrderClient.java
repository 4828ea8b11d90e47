package org.bactrian.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Places orders over HTTP and waits for their end. Every tenth goes where nothing is shipped to, and is undone. */
final class OrderClient {
    static final int SKUS = 100;

    private static final int MOST_ATTEMPTS = 4;
    private static final int ENDED = 200;
    private static final int RUNS = 202;
    private static final int CUSTOMERS = 1_000;
    private static final int FIRST_CUSTOMER = 10_000; // below are those who are refused something
    private static final String ORDER = """
            {"orderId": "bench-%d", "customerId": %d, "currency": "EUR",
             "items": [{"sku": "bench-%d", "quantity": 2, "unitPrice": 2499}],
             "payment": {"cardToken": "tok-1"}, "shipTo": {"country": "%s"}}""";

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private final URI orders;

    /** @param url the application's */
    OrderClient(String url) {
        this.orders = URI.create(url + "/api/orders");
    }

    /** @throws IllegalStateException if it has not ended as it must within {@value #MOST_ATTEMPTS} times 30 s */
    void place(long number) throws IOException, InterruptedException {
        String order = ORDER.formatted(
                number,
                FIRST_CUSTOMER + number % CUSTOMERS,
                number % SKUS,
                Participant.isRefused(number) ? "XX" : "DE");
        HttpRequest request = HttpRequest.newBuilder(orders)
                .header("Content-Type", "application/json")
                .header("Prefer", "wait=30")
                .timeout(Duration.ofSeconds(60))
                .POST(BodyPublishers.ofString(order))
                .build();
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
        for (int attempt = 1; attempt < MOST_ATTEMPTS && answer.statusCode() == RUNS; attempt++) {
            answer = http.send(request, BodyHandlers.ofString()); // the same order is the same saga
        }
        String expected = Participant.isRefused(number) ? "\"ABORTED\"" : "\"COMPLETED\"";
        if (answer.statusCode() != ENDED || !answer.body().contains(expected)) {
            throw new IllegalStateException("order bench-%d must end %s; the answer is %d %s"
                    .formatted(number, expected, answer.statusCode(), answer.body()));
        }
    }
}
