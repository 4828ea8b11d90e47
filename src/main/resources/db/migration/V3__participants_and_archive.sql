-- Who joins a saga over LRA, and where sagas go that ended long ago. Only adds: the version before reads and writes as ever.

-- A service of its own that joined over LRA. What became of its callbacks are records of its step.
CREATE TABLE saga_participant (
    participant_id uuid        PRIMARY KEY, -- its recovery id, the last part of its recovery URL
    saga_id        uuid        NOT NULL REFERENCES saga,
    step           text        NOT NULL,    -- the name by which records and barriers know it
    compensate_url text,                    -- NULL: nothing is to be undone
    complete_url   text,                    -- NULL: nothing is to be confirmed
    status_url     text,                    -- NULL: it answers a callback at once, or is asked again
    forget_url     text,                    -- NULL: it need not hear that its answer was taken
    after_url      text,                    -- NULL: it need not hear of the saga's end
    data           bytea,                   -- NULL: none; else what it wants to have back with every callback
    deadline_at    timestamptz,             -- NULL: no time limit of its own
    joined_at      timestamptz NOT NULL DEFAULT clock_timestamp(), -- its place among the steps
    left_at        timestamptz,             -- NULL: it takes part; else it is not called back
    UNIQUE (saga_id, step),
    CHECK (compensate_url IS NOT NULL OR complete_url IS NOT NULL OR after_url IS NOT NULL)
);

-- Two joins with equal links are one participant; links may be longer than an index takes.
CREATE UNIQUE INDEX saga_participant_links ON saga_participant (saga_id, md5(
    coalesce(compensate_url, '') || E'\n' || coalesce(complete_url, '') || E'\n' || coalesce(status_url, '') || E'\n' ||
    coalesce(forget_url, '') || E'\n' || coalesce(after_url, '')));

-- One row is all that is left of a saga.
CREATE TABLE saga_archive (
    saga_id      uuid        PRIMARY KEY,
    pipeline     text        NOT NULL,
    business_key text,                   -- NULL: begun by a route that is not a pipeline
    status       text        NOT NULL CHECK (status IN ('COMPLETED', 'ABORTED')),
    failure      text,                   -- NULL: not aborted
    deadline_at  timestamptz,            -- NULL: it had no time limit
    started_at   timestamptz NOT NULL,
    ended_at     timestamptz NOT NULL,
    archived_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    steps        json        NOT NULL,   -- the rows of saga_step, in the order of their begin
    records      json        NOT NULL,   -- the rows of saga_record by seq, their data as JSON without card tokens
    signals      json        NOT NULL,   -- the rows of saga_signal, likewise
    participants json        NOT NULL    -- the rows of saga_participant
);

-- A key stays longer than its saga.
ALTER TABLE saga_key
    ADD COLUMN ended_as text CHECK (ended_as IN ('COMPLETED', 'ABORTED')); -- NULL: ask the saga; else it was dropped
CREATE INDEX saga_key_dropped ON saga_key (saga_id) WHERE ended_as IS NOT NULL;

-- The least id of a saga that was submitted then or later: ids are UUIDv7.
CREATE FUNCTION saga_id_at(moment timestamptz) RETURNS uuid
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN rpad(lpad(to_hex(floor(extract(epoch FROM moment) * 1000)::bigint), 12, '0'), 32, '0')::uuid;

-- The value without card tokens: what every member of this name says is replaced, however deep it is.
CREATE FUNCTION saga_masked(value jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN CASE jsonb_typeof(value)
        WHEN 'object' THEN (
            SELECT coalesce(jsonb_object_agg(e.key, CASE WHEN e.key = 'cardToken' THEN '"***"' ELSE saga_masked(e.value) END), '{}')
            FROM jsonb_each(value) e)
        WHEN 'array' THEN (
            SELECT coalesce(jsonb_agg(saga_masked(a.value) ORDER BY a.n), '[]')
            FROM jsonb_array_elements(value) WITH ORDINALITY a(value, n))
        ELSE value
    END;
END $$;

-- The same of a text, which may not be JSON. What only looks like it is hidden whole.
CREATE FUNCTION saga_masked(body text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN saga_masked(body::jsonb)::text;
EXCEPTION WHEN OTHERS THEN
    RETURN CASE WHEN body ~ 'cardToken|\\u' THEN '***' ELSE body END;
END $$;

-- The same of the data of a record or signal, as JSON that can be read: without \u0000. Most has no token, and is let alone.
CREATE FUNCTION saga_masked(data bytea) RETURNS json LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    said text := replace(convert_from(data, 'UTF8'), '\u0000', '\ufffd');
BEGIN
    IF strpos(said, 'cardToken') = 0 AND strpos(said, '\u') = 0 THEN
        RETURN said::json;
    END IF;
    RETURN (
        SELECT json_object_agg(e.key, CASE WHEN e.key = 'text' THEN to_json(saga_masked(e.value #>> '{}')) ELSE e.value END)
        FROM json_each(said::json) e);
END $$;

-- Every saga that has not been dropped.
CREATE VIEW saga_known AS
SELECT saga_id, pipeline, business_key, status, parked, failure, deadline_at, started_at, ended_at, owner, false AS archived
FROM saga
UNION ALL
SELECT saga_id, pipeline, business_key, status, NULL::text, failure, deadline_at, started_at, ended_at, NULL::uuid, true
FROM saga_archive;

-- As saga_step, of those. Ask for one saga at a time.
CREATE VIEW saga_step_known AS
SELECT saga_id, step, place, status, joined, attempts, callback_attempts, begun_at, acted_at, ended_at, failure
FROM saga_step
UNION ALL
SELECT a.saga_id, s.step, s.place, s.status, s.joined, s.attempts, s.callback_attempts, s.begun_at, s.acted_at, s.ended_at, s.failure
FROM saga_archive a, json_populate_recordset(NULL::saga_step, a.steps) s;
