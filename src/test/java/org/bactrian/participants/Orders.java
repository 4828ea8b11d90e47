package org.bactrian.participants;

import java.util.Map;
import java.util.UUID;

/** The calls of one saga, made up for tests. */
record Orders(UUID saga, String step, String orderId) {
    static Orders any(String step) {
        UUID saga = UUID.randomUUID();
        return new Orders(saga, step, "o-" + saga);
    }

    Map<String, String> headers(String call) {
        return Map.of("sagaId", saga.toString(), "sagaStep", step, "sagaCall", call);
    }

    String json(long customer, String cardToken, String items) {
        return """
                {"orderId": "%s", "customerId": %d, "currency": "EUR", "items": [%s],
                 "payment": {"cardToken": "%s"}, "shipTo": {"country": "DE"}}""".formatted(orderId, customer, items, cardToken);
    }

    String json(long customer) {
        return json(customer, "tok-1", item("A-1", 2, 2499));
    }

    static String item(String sku, long quantity, long unitPrice) {
        return """
                {"sku": "%s", "quantity": %d, "unitPrice": %d}""".formatted(sku, quantity, unitPrice);
    }
}
