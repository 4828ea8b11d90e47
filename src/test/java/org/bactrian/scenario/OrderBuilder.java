package org.bactrian.scenario;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.UUID;

/** A good order with a new id; change what the story is about. */
public final class OrderBuilder {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ObjectNode order = JSON.createObjectNode();

    private OrderBuilder() {
        order.put("orderId", "o-" + UUID.randomUUID()).put("customerId", 1).put("currency", "EUR");
        order.putArray("items").addObject().put("sku", "A-1").put("quantity", 2).put("unitPrice", 2499);
        order.putObject("payment").put("cardToken", "tok-1");
        order.putObject("shipTo").put("country", "DE");
    }

    public static OrderBuilder anOrder() {
        return new OrderBuilder();
    }

    public OrderBuilder by(long customer) {
        order.put("customerId", customer);
        return this;
    }

    public OrderBuilder paidWith(String cardToken) {
        ((ObjectNode) order.get("payment")).put("cardToken", cardToken);
        return this;
    }

    public OrderBuilder shippedTo(String country) {
        ((ObjectNode) order.get("shipTo")).put("country", country);
        return this;
    }

    public OrderBuilder of(String sku, long quantity) {
        ((ObjectNode) order.at("/items/0")).put("sku", sku).put("quantity", quantity);
        return this;
    }

    public String id() {
        return order.get("orderId").textValue();
    }

    public ObjectNode json() {
        return order;
    }

    @Override
    public String toString() {
        return order.toString();
    }
}
