package org.bactrian.barrier;

import com.fasterxml.jackson.core.JacksonException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.camel.Exchange;
import org.apache.camel.Handler;
import org.apache.kafka.common.errors.RetriableException;
import org.bactrian.saga.SagaReleased;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.NonTransientDataAccessResourceException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.TransactionException;

/** Tells the failures that time mends: databases, brokers and processes come back, and then the same record can be taken. */
public final class Outage {
    private static final Set<Class<? extends Exception>> TYPES = Set.of(
            TransientDataAccessException.class,
            NonTransientDataAccessResourceException.class,
            RecoverableDataAccessException.class,
            TransactionException.class,
            RetriableException.class,
            SagaReleased.class,
            IOException.class,
            RejectedExecutionException.class,
            TimeoutException.class);

    /** Connection, rollback, resources, operator's intervention, system: classes of SQLSTATE. */
    private static final Set<String> SQL_CLASSES = Set.of("08", "40", "53", "57", "58");

    /** Of the exception that is being handled. */
    @Handler
    public boolean is(Exchange exchange) {
        Throwable handled = exchange.getException();
        return among(handled != null ? handled : exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class));
    }

    static boolean among(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (isOutage(cause)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOutage(Throwable cause) {
        if (cause instanceof SQLException sql) {
            String state = sql.getSQLState();
            return state != null && state.length() == 5 && SQL_CLASSES.contains(state.substring(0, 2));
        }
        return !(cause instanceof JacksonException) && TYPES.stream().anyMatch(type -> type.isInstance(cause));
    }
}
