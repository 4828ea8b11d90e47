package org.bactrian.barrier;

import javax.sql.DataSource;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.spi.Policy;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Runs the steps inside {@code policy} as one local transaction, committed when they have succeeded, undone by any failure,
 * which the route then handles. {@code sql:} endpoints on the same database join it.
 */
final class TransactionPolicy implements Policy {
    private final TransactionTemplate transaction;

    TransactionPolicy(DataSource database) {
        transaction = new TransactionTemplate(new JdbcTransactionManager(database));
    }

    /** The steps inside have no error handler: see {@link SuspendedErrorHandler}. The policy itself stays under it. */
    @Override
    public void beforeWrap(Route route, NamedNode definition) {
        SuspendedErrorHandler.suspend(route);
    }

    @Override
    public Processor wrap(Route route, Processor steps) {
        SuspendedErrorHandler.resume(route);
        return exchange -> {
            Exception failure = transaction.execute(status -> {
                Exception thrown = run(exchange, steps);
                if (thrown != null) {
                    status.setRollbackOnly();
                }
                return thrown;
            });
            exchange.setException(failure);
        };
    }

    /** On this thread, which holds the transaction. */
    private @Nullable Exception run(Exchange exchange, Processor steps) {
        exchange.getUnitOfWork().beginTransactedBy(this);
        try {
            steps.process(exchange);
        } catch (Exception e) {
            exchange.setException(e);
        } finally {
            exchange.getUnitOfWork().endTransactedBy(this);
        }
        Exception failure = exchange.getException();
        exchange.setException(null);
        return failure;
    }
}
