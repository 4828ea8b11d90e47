package org.bactrian.log;

/**
 * The statement that writes a batch, put together from what the batch has: most batches have no signals, many no new
 * sagas, and a part that is empty costs as much to start as one that is not.
 *
 * @param submits whether there are new sagas
 * @param records whether there are records or progress
 * @param retries whether an operator has callbacks tried again
 */
record BatchSql(boolean submits, boolean records, boolean retries, boolean signals) {
    // The plan is made once, on tables that may be empty: IS NOT DISTINCT FROM and coalesce keep it from reading all
    // sagas
    // that run, by their index, instead of those that are asked for; IS TRUE has ids looked up in a hash, where a
    // semi-join would compare each with each.
    private static final String FENCE = """
            WITH fence AS (
                UPDATE router_instance SET batch = ?, heartbeat_at = clock_timestamp()
                WHERE instance_id = ? AND batch = ? AND NOT dead
                RETURNING instance_id)""";
    private static final String SUBMITS = """
            ,
            key_new AS (
                INSERT INTO saga_key (pipeline, business_key, saga_id, body_hash)
                SELECT i.pipeline, i.business_key, i.saga_id, i.body_hash
                FROM fence, unnest(?, ?, ?, ?) i(pipeline, business_key, saga_id, body_hash)
                ON CONFLICT (pipeline, business_key) DO NOTHING
                RETURNING saga_id),
            saga_new AS (
                INSERT INTO saga (saga_id, pipeline, business_key, status, deadline_at, owner, waits_since)
                SELECT i.saga_id, i.pipeline, i.business_key, 'STARTED',
                    clock_timestamp() + i.limit_millis * interval '1 millisecond',
                    CASE WHEN NOT i.waits THEN f.instance_id END, CASE WHEN i.waits THEN clock_timestamp() END
                FROM fence f, unnest(?, ?, ?, ?, ?) i(saga_id, pipeline, business_key, limit_millis, waits)
                WHERE i.business_key IS NULL OR i.saga_id IN (SELECT saga_id FROM key_new)
                ON CONFLICT (saga_id) DO NOTHING
                RETURNING saga_id),
            payload_new AS (
                INSERT INTO saga_record (saga_id, seq, kind, data)
                SELECT i.saga_id, 0, 'payload', i.data
                FROM unnest(?, ?) i(saga_id, data)
                WHERE (i.saga_id IN (SELECT saga_id FROM saga_new)) IS TRUE)""";
    private static final String RECORDS = """
            ,
            record_in AS MATERIALIZED (
                SELECT i.*, s.saga_id IS NOT NULL%s AS mine,
                    s.ended_at IS NULL OR NOT i.changes AS open
                FROM fence f
                CROSS JOIN unnest(?, ?, ?, ?, ?, ?) WITH ORDINALITY i(saga_id, seq, kind, step, data, changes, n)
                LEFT JOIN saga s ON s.saga_id = i.saga_id AND s.owner IS NOT DISTINCT FROM f.instance_id),
            record_new AS (
                INSERT INTO saga_record (saga_id, seq, kind, step, data)
                SELECT saga_id, seq, kind, step, data FROM record_in WHERE mine AND open),
            saga_changed AS (
                UPDATE saga s
                SET status = coalesce(i.status, s.status), failure = coalesce(i.failure, s.failure),
                    parked = nullif(coalesce(i.parked, s.parked), ''), claims = 0,
                    ended_at = CASE WHEN i.status IN ('COMPLETED', 'ABORTED') THEN clock_timestamp() END
                FROM fence f, unnest(?, ?, ?, ?) i(saga_id, status, failure, parked)
                WHERE s.saga_id = i.saga_id AND s.owner IS NOT DISTINCT FROM f.instance_id
                    AND coalesce(s.ended_at, 'infinity') = 'infinity'
                    AND (i.status IS NOT NULL OR i.parked IS NOT NULL OR s.claims > 0))""";
    private static final String OR_NEW = " OR i.saga_id IN (SELECT saga_id FROM saga_new)";
    // A refusal would be found again for ever: who refused a callback is to answer anew.
    private static final String RETRIES = """
            ,
            answer_gone AS (
                DELETE FROM saga_signal g
                WHERE g.saga_id = ANY(?) AND g.name ~ ':(completion|compensation)$'
                    AND EXISTS (SELECT FROM record_in i WHERE i.saga_id = g.saga_id AND i.kind = 'operator' AND i.mine AND i.open))""";
    private static final String SIGNALS = """
            ,
            signal_new AS (
                INSERT INTO saga_signal (saga_id, name, type, data, told)
                SELECT i.saga_id, i.name, i.type, i.data, CASE WHEN s.owner = f.instance_id THEN s.owner END
                FROM fence f CROSS JOIN unnest(?, ?, ?, ?) i(saga_id, name, type, data) JOIN saga s USING (saga_id)
                WHERE coalesce(s.ended_at, 'infinity') = 'infinity'
                ON CONFLICT (saga_id, name) DO NOTHING
                RETURNING saga_id, name, told),
            notified AS MATERIALIZED (
                SELECT pg_notify('saga_signal_' || o.owner, '')
                FROM (SELECT DISTINCT s.owner FROM signal_new n JOIN saga s USING (saga_id)
                      WHERE n.told IS NULL AND s.owner IS NOT NULL) o)""";
    private static final String SIGNALS_STORED = """
            (SELECT array_agg(saga_id) AS sagas, array_agg(name) AS names, array_agg(told IS NOT NULL) AS owned
             FROM signal_new) g, (SELECT count(*) FROM notified) c""";
    private static final String NO_SIGNALS =
            "(SELECT NULL::uuid[] AS sagas, NULL::text[] AS names, NULL::boolean[] AS owned) g";
    private static final String ANSWER = """

            SELECT %s AS entered, %s AS not_mine, %s AS late, g.sagas, g.names, g.owned
            FROM fence, %s""";

    static BatchSql of(Batch batch) {
        return new BatchSql(
                !batch.submits().isEmpty(),
                !batch.appends().isEmpty() || !batch.progress().isEmpty(),
                batch.appends().stream().anyMatch(Entry.Append::isRetry),
                !batch.signals().isEmpty());
    }

    String text() {
        return FENCE
                + (submits ? SUBMITS : "")
                + (records ? RECORDS.formatted(submits ? OR_NEW : "") : "")
                + (retries ? RETRIES : "")
                + (signals ? SIGNALS : "")
                + ANSWER.formatted(
                        submits ? "(SELECT array_agg(saga_id) FROM saga_new)" : "NULL::uuid[]",
                        records ? "(SELECT array_agg(n::integer) FROM record_in WHERE NOT mine)" : "NULL::integer[]",
                        records
                                ? "(SELECT array_agg(n::integer) FROM record_in WHERE mine AND NOT open)"
                                : "NULL::integer[]",
                        signals ? SIGNALS_STORED : NO_SIGNALS);
    }
}
