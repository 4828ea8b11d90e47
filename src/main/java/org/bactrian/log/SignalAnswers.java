package org.bactrian.log;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.bactrian.log.Answer.SignalKey;
import org.bactrian.log.Entry.Say;
import org.bactrian.log.Instance.Term;

/** What became of the signals of one committed batch. */
final class SignalAnswers {
    private static final String FIND = """
            SELECT i.n, g.name IS NOT NULL AS stored, s.ended_at IS NOT NULL AS ended,
                s.owner IS NOT DISTINCT FROM ? AS owned
            FROM unnest(?, ?) WITH ORDINALITY i(saga_id, name, n) JOIN saga_known s USING (saga_id)
            LEFT JOIN saga_signal g ON g.saga_id = i.saga_id AND g.name = i.name""";

    private final Announcements announcements;
    private final Connection connection;
    private final Term term;
    private final List<Runnable> answers = new ArrayList<>();
    private final List<Entry> again = new ArrayList<>();

    SignalAnswers(Announcements announcements, Connection connection, Term term) {
        this.announcements = announcements;
        this.connection = connection;
        this.term = term;
    }

    /** To be run when everything else of the batch is known, too. */
    List<Runnable> answers() {
        return answers;
    }

    /** To sagas that were entered by a commit that this one did not see: to be written again. */
    List<Entry> again() {
        return again;
    }

    /**
     * @param stored those that the commit's own answer says are new, and whether this instance owns their saga
     * @param found what another that is there is called
     */
    void collect(List<Say> signals, Map<SignalKey, Boolean> stored, SignalOutcome found) throws SQLException {
        var left = new HashSet<>(stored.keySet());
        List<Say> others = new ArrayList<>();
        for (Say say : signals) {
            var key = new SignalKey(say.saga().value(), say.signal().name());
            if (left.remove(key)) {
                boolean owned = Boolean.TRUE.equals(stored.get(key));
                answers.add(() -> stored(say, SignalOutcome.STORED, owned));
            } else {
                others.add(say);
            }
        }
        if (!others.isEmpty()) {
            try (PreparedStatement statement = connection.prepareStatement(FIND)) {
                new Columns(statement)
                        .value(term.id())
                        .uuids(others, say -> say.saga().value())
                        .texts(others, say -> say.signal().name());
                find(statement, others, found);
            }
        }
    }

    private void find(PreparedStatement statement, List<Say> asked, SignalOutcome found) throws SQLException {
        var left = new ArrayList<>(asked);
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                Say say = asked.get(row.getInt("n") - 1);
                left.remove(say);
                boolean owned = row.getBoolean("owned");
                if (row.getBoolean("stored")) {
                    answers.add(() -> stored(say, found, owned && found == SignalOutcome.STORED));
                } else if (row.getBoolean("ended")) {
                    answers.add(() -> announcements.complete(say.done(), SignalOutcome.ENDED));
                } else {
                    again.add(say);
                }
            }
        }
        left.forEach(say -> answers.add(() -> announcements.complete(say.done(), SignalOutcome.UNKNOWN_SAGA)));
    }

    private void stored(Say say, SignalOutcome outcome, boolean owned) {
        if (owned) {
            announcements.signalled(say.saga(), say.signal());
        }
        announcements.complete(say.done(), outcome);
    }
}
