package org.bactrian.log;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaRecord;
import org.bactrian.saga.SagaReleased;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.transaction.TransactionException;

/**
 * Appends to the {@link SagaLog} without blocking its caller. While the database is away a record waits and is tried
 * again; a record whose commit went unanswered is found by its key and not written twice.
 */
public final class LogWriter {
    private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long MOST_PAUSE_MILLIS = 2_000;

    private final SagaLog log;
    private final Executor pool;
    private final BooleanSupplier released;

    /**
     * @param pool runs the statements and completes the futures
     * @param released true once this process has given its sagas up: nothing is written from then on
     */
    public LogWriter(SagaLog log, Executor pool, BooleanSupplier released) {
        this.log = log;
        this.pool = pool;
        this.released = released;
    }

    /** Completes on the pool once the record is on disk, or with {@link SagaReleased}, or with what the database says
     * if it refuses the record itself. */
    public CompletableFuture<Void> append(SagaId id, int seq, SagaRecord record) {
        var done = new CompletableFuture<Void>();
        pool.execute(() -> tryAppend(id, seq, record, done, FIRST_PAUSE_MILLIS));
        return done;
    }

    private void tryAppend(SagaId id, int seq, SagaRecord record, CompletableFuture<Void> done, long pauseMillis) {
        if (released.getAsBoolean()) {
            done.completeExceptionally(new SagaReleased(id));
            return;
        }
        try {
            log.append(id, seq, record);
            done.complete(null);
        } catch (DuplicateKeyException e) {
            if (pauseMillis > FIRST_PAUSE_MILLIS) {
                done.complete(null);
            } else {
                done.completeExceptionally(new IllegalStateException(
                        "saga %s: record %d was written by someone else".formatted(id, seq), e));
            }
        } catch (DataIntegrityViolationException e) {
            done.completeExceptionally(e); // asked again it would say the same for ever
        } catch (DataAccessException | TransactionException e) {
            LOG.warn("the saga log cannot be written, trying again in {} ms: {}", pauseMillis, e.getMessage());
            long next = Math.min(pauseMillis * 2, MOST_PAUSE_MILLIS);
            CompletableFuture.delayedExecutor(pauseMillis, TimeUnit.MILLISECONDS, pool)
                    .execute(() -> tryAppend(id, seq, record, done, next));
        } catch (RuntimeException e) {
            done.completeExceptionally(e);
        }
    }
}
