package org.bactrian.log;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.bactrian.log.Entry.Append;
import org.bactrian.log.Entry.Submit;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaReleased;
import org.bactrian.saga.Tenure.Fate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/** The one thread that writes: drains the queue, one commit per batch, until what is in it is known to be on disk or refused. */
final class Writer implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);

    private final LogSettings settings;
    private final WriteQueue queue;
    private final Instance instance;
    private final WriterSession session;
    private final Announcements announcements;
    private final Settlement settlement;
    private final Outage outage;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final Map<SagaId, DataAccessException> refused = new HashMap<>();

    Writer(
            LogSettings settings,
            WriteQueue queue,
            Instance instance,
            WriterSession session,
            Announcements announcements,
            Settlement settlement,
            Outage outage) {
        this.settings = settings;
        this.queue = queue;
        this.instance = instance;
        this.session = session;
        this.announcements = announcements;
        this.settlement = settlement;
        this.outage = outage;
    }

    /** Completes when nothing is written any more: all was, and the sagas were released, or it was stopped. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    /** What is under way is cut off. */
    void stop() {
        stopped.countDown();
        queue.close();
        session.abort();
    }

    @Override
    public void run() {
        try {
            write(List.of()); // registers at once
            while (!queue.isDone() && !isStopped()) {
                write(queue.take(settings.heartbeat().toNanos()));
            }
            release();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("the saga log's writer ended; nothing is written any more", e);
        } finally {
            queue.close();
            instance.forget();
            session.abort();
            while (!queue.isDone()) {
                fail(queue.batch());
            }
            ended.complete(null);
        }
    }

    private void write(List<Entry> entries) throws InterruptedException {
        var batch = new Batch(entries.stream().filter(this::isTaken).toList());
        boolean sent = false;
        while (!isStopped()) {
            boolean committed = false;
            try {
                session.open();
                batch.submits().forEach(submit -> announcements.expect(submit.saga()));
                Optional<Answer> answer = session.write(batch);
                committed = answer.isPresent();
                List<Entry> again;
                if (answer.isPresent()) {
                    again = settlement.settle(session.connection(), session.term(), batch, answer.get());
                } else {
                    Fate fate = instance.check(session.connection(), sent);
                    if (fate == Fate.FENCED) {
                        outage.over(); // the database has just answered
                        fence(batch);
                        return;
                    } else if (fate == Fate.NOT_COMMITTED) {
                        continue;
                    }
                    again = settlement.settleUnanswered(session.connection(), session.term(), batch);
                }
                instance.acknowledge();
                outage.over();
                queue.putBack(again);
                return;
            } catch (SQLException e) {
                SqlFailure failure = committed ? SqlFailure.UNKNOWN : SqlFailure.of(e);
                if (failure == SqlFailure.BAD_ROW && !batch.entries().isEmpty()) {
                    split(batch, e);
                    return;
                } else if (failure != SqlFailure.AGAIN) {
                    sent |= session.wasSent();
                    batch = lost(batch, sent, e);
                }
            }
        }
        fail(batch.entries());
    }

    /** A saga that had a record refused takes none but its parking: a later one would pretend that the earlier is there. */
    private boolean isTaken(Entry entry) {
        if (!(entry instanceof Append append)) {
            return true;
        }
        DataAccessException error = append.isParking() ? refused.remove(append.saga()) : refused.get(append.saga());
        if (error == null || append.isParking()) {
            return true;
        }
        announcements.fail(append, error);
        return false;
    }

    private void split(Batch batch, SQLException error) throws InterruptedException {
        if (batch.entries().size() > 1) {
            for (List<Entry> part : batch.parts()) {
                write(part);
            }
            return;
        }
        Entry bad = batch.entries().get(0);
        LOG.error("saga {}: the database refuses what is to be written", bad.saga(), error);
        DataAccessException refusal = SqlFailure.translated("saga " + bad.saga(), error);
        if (bad instanceof Append) {
            refused.put(bad.saga(), refusal);
        }
        announcements.fail(bad, refusal);
    }

    /** @return the batch without what is not worth waiting for: new sagas, whose clients can ask again */
    private Batch lost(Batch batch, boolean sent, SQLException error) throws InterruptedException {
        session.close();
        instance.interrupted();
        if (outage.isFirst(error)) {
            return batch; // one connection broke: the next one may do
        }
        queue.takeSubmits().forEach(submit -> announcements.fail(submit, outage.refusal(submit.saga())));
        List<Entry> left = new ArrayList<>(batch.entries());
        for (Submit submit : batch.submits()) {
            if (sent) {
                announcements.giveUp(submit, outage.refusal(submit.saga()));
            } else {
                announcements.fail(submit, outage.refusal(submit.saga()));
                left.remove(submit);
            }
        }
        stopped.await(outage.nextPauseMillis(), TimeUnit.MILLISECONDS);
        return new Batch(left);
    }

    /** What is no saga's record is written under the next id; a new saga that was entered after all is found then. */
    private void fence(Batch batch) throws InterruptedException {
        LOG.warn("another instance declared this one dead, or the database lost commits: all its sagas are dropped");
        instance.forget();
        refused.clear();
        var again = new ArrayList<Entry>();
        for (Entry entry : batch.entries()) {
            if (entry instanceof Submit || entry instanceof Entry.Say) {
                again.add(entry);
            } else {
                announcements.refuse(entry);
            }
        }
        queue.putBack(again);
        try {
            announcements.fenced().get(); // else it would drop sagas of the next term, too
        } catch (ExecutionException e) {
            throw new IllegalStateException("a fence cannot fail", e);
        }
        // Under the next id they would be written after all, if this process itself claims their sagas.
        queue.takeRunning().forEach(announcements::refuse);
    }

    private void release() throws InterruptedException {
        while (!isStopped() && instance.term() != null) {
            try {
                session.open();
                session.release();
                instance.forget();
            } catch (SQLException e) {
                LOG.warn("this instance's sagas are not released yet: {}", e.getMessage());
                session.close();
                stopped.await(outage.nextPauseMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }

    private boolean isStopped() {
        return stopped.getCount() == 0;
    }

    private void fail(List<Entry> entries) {
        entries.forEach(entry -> announcements.fail(entry, new SagaReleased(entry.saga())));
    }
}
