package org.bactrian.barrier;

import java.io.InputStream;
import java.io.Reader;
import javax.sql.DataSource;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.StreamCache;
import org.apache.camel.support.MessageHelper;
import org.apache.camel.util.ObjectHelper;
import org.bactrian.saga.Call;
import org.bactrian.saga.Refused;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * One guarded block of steps. Its transaction lives on the calling thread: the exchange is marked as transacted, so
 * that Camel runs every step inside on that thread. A failed call leaves the message as it came.
 */
final class Barrier implements Processor {
    private static final int ATTEMPTS = 5;

    private final BarrierTable table;
    private final Outbox outbox;
    private final TransactedSteps steps;
    private final TransactionTemplate transaction;

    Barrier(DataSource database, Outbox outbox, Processor steps) {
        this.table = new BarrierTable(database);
        this.outbox = outbox;
        this.steps = new TransactedSteps(steps);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(database));
    }

    @Override
    public void process(Exchange exchange) {
        makeRepeatable(exchange.getMessage());
        Asked asked = Asked.of(exchange);
        Result result = attempt(exchange, asked);
        for (int attempt = 1; attempt < ATTEMPTS && Conflict.among(result.failure()); attempt++) {
            exchange.setMessage(asked.message().copy());
            result = attempt(exchange, asked);
        }
        exchange.setMessage(asked.message());
        if (result.answer() != null) {
            result.answer().writeTo(asked.message());
        } else {
            exchange.setException(result.failure());
        }
    }

    /** A stream can be read only once, but a deadlock's loser runs again. */
    private static void makeRepeatable(Message message) {
        Object body = message.getBody();
        if (body instanceof InputStream || body instanceof Reader || body instanceof StreamCache) {
            MessageHelper.resetStreamCache(message);
            message.setBody(message.getBody(byte[].class));
        }
    }

    private Result attempt(Exchange exchange, Asked asked) {
        try {
            return transaction.execute(status -> {
                Result result = decide(exchange, asked.key(), status);
                if (asked.reply() != null) {
                    asked.reply().say(result, asked.message(), outbox);
                }
                return result;
            });
        } catch (RuntimeException e) {
            return Result.of(e);
        }
    }

    private Result decide(Exchange exchange, BarrierKey key, TransactionStatus status) {
        History history = table.enter(key);
        Answer recorded = history.of(key.call()).map(History.Entry::answer).orElse(Answer.NONE);
        return switch (Decision.of(key.call(), history)) {
            case RUN -> run(exchange, key, status);
            case REPLAY -> Result.of(recorded);
            case REFUSE_AGAIN -> Result.of(new Refused(recorded.reason()));
            case REFUSE_LATE -> Result.of(new Refused("%s was undone before it was done".formatted(key.step())));
            case SKIP -> record(key, Outcome.NOTHING, Answer.NONE);
            case CONTRADICT -> Result.of(new Contradiction(key, history));
        };
    }

    private Result run(Exchange exchange, BarrierKey key, TransactionStatus status) {
        Object untouched = status.createSavepoint();
        Exception failure = failure(steps.run(exchange), key);
        if (failure == null) {
            return record(key, Outcome.APPLIED, Answer.of(exchange));
        }
        if (failure instanceof Refused refused) {
            status.rollbackToSavepoint(untouched);
            record(key, Outcome.REFUSED, Answer.refusal(refused.reason()));
        } else {
            status.setRollbackOnly();
        }
        return Result.of(failure);
    }

    /** A refusal, however deep in the failure; only actions can refuse. */
    private static @Nullable Exception failure(@Nullable Exception thrown, BarrierKey key) {
        Refused refused = thrown == null ? null : ObjectHelper.getException(Refused.class, thrown);
        if (refused == null) {
            return thrown;
        }
        return key.call() == Call.ACTION
                ? refused
                : new IllegalStateException("a %s must not refuse; the %s did: %s"
                        .formatted(key.call().header(), key, refused.reason()));
    }

    private Result record(BarrierKey key, Outcome outcome, Answer answer) {
        table.record(key, outcome, answer);
        return Result.of(answer);
    }

    /**
     * The call as it came.
     *
     * @param message nothing changes it until the call has ended
     * @param reply null: the answer is not said over Kafka
     */
    private record Asked(
            BarrierKey key, Message message, @Nullable Reply reply) {
        static Asked of(Exchange exchange) {
            Message message = exchange.getMessage().copy();
            return new Asked(BarrierKey.of(message), message, Reply.take(exchange));
        }
    }
}
