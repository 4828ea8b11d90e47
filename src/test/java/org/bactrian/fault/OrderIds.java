package org.bactrian.fault;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Which order a saga is of, by the saga log; asked once for each saga. */
final class OrderIds {
    private final Map<String, String> known = new ConcurrentHashMap<>();
    private final JdbcClient log;

    OrderIds(JdbcClient sagaLog) {
        log = sagaLog;
    }

    /** Null: there is no such saga. */
    @Nullable String of(String saga) {
        String order = known.get(saga);
        if (order == null) {
            order = log.sql("SELECT business_key FROM saga WHERE saga_id = CAST(:saga AS uuid)")
                    .param("saga", saga)
                    .query(String.class)
                    .optional()
                    .orElse(null);
            if (order != null) {
                known.put(saga, order);
            }
        }
        return order;
    }
}
