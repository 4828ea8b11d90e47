-- The saga log: what happens is appended to saga_record; saga is what lists are made of.

CREATE TABLE saga (
    saga_id      uuid        PRIMARY KEY,
    pipeline     text        NOT NULL,
    business_key text,                    -- NULL: begun by a route that is not a pipeline
    status       text        NOT NULL CHECK (status IN ('STARTED', 'COMPLETING', 'COMPLETED', 'ABORTING', 'ABORTED')),
    parked       text,                    -- NULL: no operator is needed; else the reason
    failure      text,                    -- NULL: not aborted
    deadline_at  timestamptz,             -- NULL: no time limit
    started_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at     timestamptz,             -- NULL: not ended
    CHECK ((ended_at IS NOT NULL) = (status IN ('COMPLETED', 'ABORTED')))
);

CREATE INDEX saga_unfinished ON saga (saga_id) WHERE ended_at IS NULL;

-- Idempotent submission: one saga per pipeline and business key, for ever the same body.
CREATE TABLE saga_key (
    pipeline     text  NOT NULL,
    business_key text  NOT NULL,
    saga_id      uuid  NOT NULL,
    body_hash    bytea NOT NULL,          -- SHA-256 of the canonical JSON, or of the bytes if the body is not JSON
    PRIMARY KEY (pipeline, business_key)
);

CREATE TABLE saga_record (
    saga_id uuid        NOT NULL REFERENCES saga,
    seq     integer     NOT NULL CHECK (seq >= 0),
    kind    text        NOT NULL,
    step    text,                         -- NULL: a record of the saga itself
    data    bytea,                        -- JSON in UTF-8; NULL: the kind says it all
    at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (saga_id, seq),
    CHECK (kind IN ('payload', 'begun', 'attempt', 'succeeded', 'failed', 'completing', 'completed', 'compensating',
                    'compensated', 'aborting', 'aborted', 'parked')),
    CHECK (step IS NOT NULL OR kind IN ('payload', 'completing', 'completed', 'aborting', 'aborted', 'parked')),
    CHECK (step IS NULL OR kind IN ('begun', 'attempt', 'succeeded', 'failed', 'completing', 'completed',
                                    'compensating', 'compensated'))
);

-- Every step, folded. Outcomes that come after a callback has begun change no status. Ask for one saga at a time.
CREATE VIEW saga_step AS
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
           FILTER (WHERE r.kind = 'failed' AND r.seq > c.last_attempt))[1] AS failure
FROM saga_record r
JOIN LATERAL (
    SELECT max(l.seq) AS last_seq,
           max(l.seq) FILTER (WHERE l.kind IN ('begun', 'attempt')) AS last_attempt,
           max(l.seq) FILTER (WHERE l.kind IN ('completing', 'completed', 'compensating', 'compensated')) AS last_callback
    FROM saga_record l
    WHERE l.saga_id = r.saga_id AND l.step = r.step
) c ON true
WHERE r.step IS NOT NULL
GROUP BY r.saga_id, r.step;
