package org.bactrian.barrier;

import com.fasterxml.jackson.core.JacksonException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeTimedOutException;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
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
            CommitFailedException.class, // the partition is somebody else's now, who gets the record again
            WakeupException.class,
            InterruptException.class,
            SagaReleased.class,
            ExchangeTimedOutException.class,
            IOException.class,
            RejectedExecutionException.class,
            TimeoutException.class);

    /**
     * Classes of SQLSTATE: connection, log-in, rollback, resources, operator's intervention, system. Also what is wrong with a
     * route's SQL (42), as after a deployment that went wrong: no record is to blame.
     */
    private static final Set<String> SQL_CLASSES = Set.of("08", "28", "40", "42", "53", "57", "58");

    /** Too slow, too early, too many. */
    private static final Set<Integer> HTTP = Set.of(408, 425, 429);

    /** A server that only reads, such as one that another has just taken over from. */
    private static final String READ_ONLY = "25006";

    /** A limit of the program: too deep, too long for an index. To Spring that is a lack of resources. */
    private static final String LIMIT_CLASS = "54";

    /** Of the exception that is being handled. */
    public boolean isNot(Exchange exchange) {
        return !is(exchange);
    }

    /** Of the exception that is being handled. */
    public boolean is(Exchange exchange) {
        Throwable handled = exchange.getException();
        return among(handled != null ? handled : exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class));
    }

    static boolean among(@Nullable Throwable failure) {
        boolean outage = false;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (state(cause).startsWith(LIMIT_CLASS)) {
                return false;
            }
            outage |= isOutage(cause);
        }
        return outage;
    }

    private static boolean isOutage(Throwable cause) {
        if (cause instanceof SQLException) {
            String state = state(cause);
            return state.length() == 5 && (SQL_CLASSES.contains(state.substring(0, 2)) || state.equals(READ_ONLY));
        }
        if (cause instanceof HttpOperationFailedException http) {
            return isOutage(http.getStatusCode());
        }
        return !(cause instanceof JacksonException) && TYPES.stream().anyMatch(type -> type.isInstance(cause));
    }

    /** Whether an HTTP status leaves open what became of the call: the same again may be answered. */
    public static boolean isOutage(int httpStatus) {
        return HTTP.contains(httpStatus) || httpStatus >= 500;
    }

    private static String state(Throwable cause) {
        return cause instanceof SQLException sql && sql.getSQLState() != null ? sql.getSQLState() : "";
    }
}
