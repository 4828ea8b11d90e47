package org.bactrian.log;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.bactrian.log.Entry.Submit;
import org.bactrian.log.NewSaga.Submission;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaStatus;

/** What to answer to the submissions of one committed batch: the new saga, or the one that has the key. */
final class SubmitAnswers {
    private static final String FIND_KEYS = """
            SELECT i.n, k.saga_id, k.body_hash, coalesce(k.ended_as, s.status) AS status
            FROM unnest(?, ?) WITH ORDINALITY i(pipeline, business_key, n)
            JOIN saga_key k USING (pipeline, business_key) LEFT JOIN saga_known s ON s.saga_id = k.saga_id
            WHERE coalesce(k.ended_as, s.status) IS NOT NULL""";
    private static final String FIND_SAGAS = """
            SELECT i.n, s.saga_id, NULL::bytea AS body_hash, s.status
            FROM unnest(?) WITH ORDINALITY i(saga_id, n) JOIN saga_known s USING (saga_id)""";

    private final Announcements announcements;
    private final Claims claims;
    private final Connection connection;
    private final List<Runnable> answers = new ArrayList<>();

    SubmitAnswers(Announcements announcements, Claims claims, Connection connection) {
        this.announcements = announcements;
        this.claims = claims;
        this.connection = connection;
    }

    /** To be run when everything else of the batch is known, too. */
    List<Runnable> answers() {
        return answers;
    }

    /**
     * @param entered those that the commit's own answer says are new
     * @param ownIsNew whether another that is found under the id it was submitted with is this batch's, too
     */
    void collect(List<Submit> submits, Set<UUID> entered, boolean ownIsNew) throws SQLException {
        var left = new HashSet<>(entered);
        List<Submit> keyed = new ArrayList<>();
        List<Submit> others = new ArrayList<>();
        for (Submit submit : submits) {
            if (left.remove(submit.saga().value())) {
                answers.add(() -> answer(submit, new Submitted(submit.saga(), SagaStatus.STARTED, true)));
            } else {
                (submit.entered().submission() == null ? others : keyed).add(submit);
            }
        }
        if (!keyed.isEmpty()) {
            try (PreparedStatement statement = connection.prepareStatement(FIND_KEYS)) {
                new Columns(statement)
                        .texts(keyed, submit -> submit.entered().pipeline())
                        .texts(keyed, submit -> key(submit.entered()));
                find(statement, keyed, ownIsNew);
            }
        }
        if (!others.isEmpty()) {
            try (PreparedStatement statement = connection.prepareStatement(FIND_SAGAS)) {
                new Columns(statement).uuids(others, submit -> submit.saga().value());
                find(statement, others, ownIsNew);
            }
        }
    }

    private void find(PreparedStatement statement, List<Submit> asked, boolean ownIsNew) throws SQLException {
        var left = new ArrayList<>(asked);
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                Submit submit = asked.get(row.getInt("n") - 1);
                left.remove(submit);
                SagaId id = new SagaId(row.getObject("saga_id", UUID.class));
                SagaStatus status = SagaStatus.valueOf(row.getString("status"));
                Submission submission = submit.entered().submission();
                if (submission != null && !Arrays.equals(row.getBytes("body_hash"), submission.bodyHash())) {
                    answers.add(() -> announcements.fail(
                            submit, new KeyTaken(submit.entered().pipeline(), submission.key())));
                } else {
                    var found = new Submitted(id, status, ownIsNew && id.equals(submit.saga()));
                    answers.add(() -> answer(submit, found));
                }
            }
        }
        for (Submit submit : left) {
            answers.add(() -> announcements.fail(
                    submit,
                    new IllegalStateException("saga %s was submitted to %s, but neither it nor its key's saga is there"
                            .formatted(submit.saga(), submit.entered().pipeline()))));
        }
    }

    /** A new saga whose submitter was told before that nothing is known of it is driven nevertheless. */
    private void answer(Submit submit, Submitted submitted) {
        announcements.run(() -> {
            if (!submit.done().complete(submitted) && submitted.isNew()) {
                claims.handOver(submitted.id());
            } else {
                announcements.arrived(submit.saga());
            }
        });
    }

    private static String key(NewSaga saga) {
        Submission submission = saga.submission();
        return submission == null ? "" : submission.key();
    }
}
