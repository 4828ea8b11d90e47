package org.bactrian.fault;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Finds the script of a saga by its order's id. */
final class Switchboard implements Traffic {
    private final Map<String, Script> ofOrder = new ConcurrentHashMap<>();
    private final Map<String, Script> ofSaga = new ConcurrentHashMap<>();
    private final JdbcClient log;

    Switchboard(DataSource sagaLog) {
        log = JdbcClient.create(sagaLog);
    }

    /** To be called before the order is placed. */
    void add(String orderId, Script script) {
        ofOrder.put(orderId, script);
    }

    Script of(String saga) {
        return ofSaga.computeIfAbsent(
                saga,
                id -> log.sql("SELECT business_key FROM saga WHERE saga_id = CAST(:saga AS uuid)")
                        .param("saga", id)
                        .query(String.class)
                        .optional()
                        .map(order -> ofOrder.getOrDefault(order, Script.NONE))
                        .orElse(Script.NONE));
    }

    @Override
    public Fate of(Delivery delivery) {
        return of(delivery.saga()).fate(delivery.what());
    }
}
