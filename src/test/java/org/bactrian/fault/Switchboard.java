package org.bactrian.fault;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Finds the script of a saga by its order's id. */
final class Switchboard implements Traffic {
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private final OrderIds orders;

    Switchboard(OrderIds orders) {
        this.orders = orders;
    }

    /** To be called before the order is placed. */
    void add(String orderId, Script script) {
        scripts.put(orderId, script);
    }

    Script of(String saga) {
        String order = orders.of(saga);
        return order == null ? Script.NONE : scripts.getOrDefault(order, Script.NONE);
    }

    @Override
    public Fate of(Delivery delivery) {
        return of(delivery.saga()).fate(delivery.what());
    }
}
