package org.bactrian.barrier;

import javax.sql.DataSource;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.spi.Policy;
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
        var transacted = new TransactedSteps(steps);
        return exchange -> exchange.setException(transaction.execute(status -> {
            Exception failure = transacted.run(exchange);
            if (failure != null) {
                status.setRollbackOnly();
            }
            return failure;
        }));
    }
}
