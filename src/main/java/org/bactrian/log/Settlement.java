package org.bactrian.log;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.bactrian.log.Entry.Append;
import org.bactrian.log.Instance.Term;
import org.bactrian.saga.SagaId;
import org.jspecify.annotations.Nullable;

/**
 * Answers everyone who waits for a committed batch. What the database did not say with the commit, because its row was
 * there before or because the answer was lost, is read; nobody is answered before all is known.
 */
final class Settlement {
    private static final String FIND_MISSING = """
            SELECT i.n::integer FROM unnest(?, ?) WITH ORDINALITY i(saga_id, seq, n)
            LEFT JOIN saga_record r ON r.saga_id = i.saga_id AND r.seq = i.seq WHERE r.saga_id IS NULL""";

    private final Announcements announcements;
    private final Claims claims;

    Settlement(Announcements announcements, Claims claims) {
        this.announcements = announcements;
        this.claims = claims;
    }

    /**
     * @return what could not be answered and must be written again
     * @throws SQLException if something cannot be read; then nobody was answered
     */
    List<Entry> settle(Connection connection, Term term, Batch batch, Answer answer) throws SQLException {
        var submits = new SubmitAnswers(announcements, claims, connection);
        var signals = new SignalAnswers(announcements, connection, term);
        submits.collect(batch.submits(), answer.entered(), false);
        signals.collect(batch.signals(), answer.stored(), SignalOutcome.REPEATED);
        return give(batch, submits, signals, answer.notMine(), answer.late());
    }

    /** The same for a batch that is known to be committed, but whose answer was lost. */
    List<Entry> settleUnanswered(Connection connection, Term term, Batch batch) throws SQLException {
        var submits = new SubmitAnswers(announcements, claims, connection);
        var signals = new SignalAnswers(announcements, connection, term);
        Set<Integer> missing = missing(connection, batch.appends());
        submits.collect(batch.submits(), Set.of(), true);
        signals.collect(batch.signals(), Map.of(), SignalOutcome.STORED);
        return give(batch, submits, signals, missing, Set.of());
    }

    private List<Entry> give(
            Batch batch, SubmitAnswers submits, SignalAnswers signals, Set<Integer> notMine, Set<Integer> late) {
        submits.answers().forEach(Runnable::run);
        tell(batch.appends(), notMine, late);
        batch.progress().forEach(reached -> announcements.complete(reached.done(), null));
        signals.answers().forEach(Runnable::run);
        return signals.again();
    }

    /** A step's outcome is told by whoever tells the saga's next record: next to nobody waits for it, and a task costs more. */
    private void tell(List<Append> appends, Set<Integer> notMine, Set<Integer> late) {
        var outcomes = new LinkedHashMap<SagaId, CompletableFuture<Void>>();
        for (int n = 1; n <= appends.size(); n++) {
            Append append = appends.get(n - 1);
            SagaId saga = append.saga();
            if (notMine.contains(n)) {
                announcements.refuse(append);
            } else if (late.contains(n)) {
                announcements.fail(append, late(append));
            } else if (append.isOutcome()) {
                @Nullable CompletableFuture<Void> before = outcomes.put(saga, append.done());
                if (before != null) {
                    announcements.complete(before, null);
                }
            } else {
                @Nullable CompletableFuture<Void> outcome = outcomes.remove(saga);
                announcements.run(() -> {
                    if (outcome != null) {
                        outcome.complete(null);
                    }
                    append.done().complete(null);
                });
            }
        }
        outcomes.values().forEach(outcome -> announcements.complete(outcome, null));
    }

    private static IllegalStateException late(Append append) {
        return new IllegalStateException("saga %s has ended: it cannot take record %d, %s"
                .formatted(append.saga(), append.seq(), append.row().kind()));
    }

    private static Set<Integer> missing(Connection connection, List<Append> appends) throws SQLException {
        var missing = new HashSet<Integer>();
        if (appends.isEmpty()) {
            return missing;
        }
        try (PreparedStatement statement = connection.prepareStatement(FIND_MISSING)) {
            new Columns(statement)
                    .uuids(appends, append -> append.saga().value())
                    .integers(appends, Append::seq);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    missing.add(row.getInt(1));
                }
            }
        }
        return missing;
    }
}
