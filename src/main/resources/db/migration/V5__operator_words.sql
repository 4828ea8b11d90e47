-- What operators decide about sagas: records of the kind operator, with the step whose compensation is skipped, if one is.

ALTER TABLE saga_record
    DROP CONSTRAINT saga_record_kind_check,
    DROP CONSTRAINT saga_record_check,
    DROP CONSTRAINT saga_record_check1,
    ADD CONSTRAINT saga_record_kind CHECK (kind IN (
        'payload', 'begun', 'attempt', 'succeeded', 'failed', 'completing', 'completed', 'compensating', 'compensated',
        'aborting', 'aborted', 'parked', 'operator')),
    ADD CONSTRAINT saga_record_of_saga CHECK (step IS NOT NULL OR kind IN (
        'payload', 'completing', 'completed', 'aborting', 'aborted', 'parked', 'operator')),
    ADD CONSTRAINT saga_record_of_step CHECK (step IS NULL OR kind IN (
        'begun', 'attempt', 'succeeded', 'failed', 'completing', 'completed', 'compensating', 'compensated', 'operator'));

-- Every step, folded. Outcomes that come after a callback has begun change no status. Ask for one saga at a time.
CREATE OR REPLACE VIEW saga_step AS
SELECT r.saga_id,
       r.step,
       min(r.seq) AS place,
       CASE coalesce(max(r.kind) FILTER (WHERE r.seq = c.last_callback), max(r.kind) FILTER (WHERE r.seq = c.last_seq))
           WHEN 'begun' THEN 'STARTED'
           WHEN 'attempt' THEN 'STARTED'
           WHEN 'succeeded' THEN 'SUCCEEDED'
           WHEN 'failed' THEN 'FAILED'
           WHEN 'completing' THEN 'COMPLETING'
           WHEN 'completed' THEN 'COMPLETED'
           WHEN 'compensating' THEN 'COMPENSATING'
           WHEN 'compensated' THEN 'COMPENSATED'
       END AS status,
       bool_or(r.kind = 'begun' AND (convert_from(r.data, 'UTF8')::json ->> 'joined')::boolean) AS joined,
       count(*) FILTER (WHERE r.kind IN ('begun', 'attempt')) AS attempts,
       count(*) FILTER (WHERE r.kind IN ('completing', 'compensating')) AS callback_attempts,
       min(r.at) AS begun_at,
       max(r.at) FILTER (WHERE r.kind IN ('succeeded', 'failed')) AS acted_at,
       max(r.at) FILTER (WHERE r.kind IN ('completed', 'compensated')) AS ended_at,
       (array_agg(convert_from(r.data, 'UTF8')::json ->> 'text' ORDER BY r.seq DESC)
           FILTER (WHERE r.kind = 'failed' AND r.seq > c.last_attempt))[1] AS failure,
       bool_or(r.kind = 'operator') AS skipped
FROM saga_record r
JOIN LATERAL (
    SELECT max(l.seq) AS last_seq,
           max(l.seq) FILTER (WHERE l.kind IN ('begun', 'attempt')) AS last_attempt,
           max(l.seq) FILTER (WHERE l.kind IN ('completing', 'completed', 'compensating', 'compensated')) AS last_callback
    FROM saga_record l
    WHERE l.saga_id = r.saga_id AND l.step = r.step AND l.kind <> 'operator'
) c ON true
WHERE r.step IS NOT NULL
GROUP BY r.saga_id, r.step;

CREATE OR REPLACE VIEW saga_step_known AS
SELECT saga_id, step, place, status, joined, attempts, callback_attempts, begun_at, acted_at, ended_at, failure, skipped
FROM saga_step
UNION ALL
SELECT a.saga_id, s.step, s.place, s.status, s.joined, s.attempts, s.callback_attempts, s.begun_at, s.acted_at, s.ended_at,
    s.failure, coalesce(s.skipped, false)
FROM saga_archive a, json_populate_recordset(NULL::saga_step, a.steps) s;
