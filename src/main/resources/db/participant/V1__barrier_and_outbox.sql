-- What Bactrian keeps in a participant's database, beside the participant's own tables.

-- What each call of a saga's step left behind; see org.bactrian.barrier. The action's row is the lock of its step.
CREATE TABLE saga_barrier (
    saga_id uuid NOT NULL,
    step text NOT NULL,
    call text NOT NULL CHECK (call IN ('action', 'completion', 'compensation')),
    -- 'nothing': a compensation that had nothing to undo, and the tombstone of the action that it forestalled
    outcome text NOT NULL CHECK (outcome IN ('applied', 'refused', 'nothing')),
    answer bytea, -- what to answer when the call is repeated, of a refusal the reason; NULL: an answer without body
    content_type text, -- NULL: the answer did not say
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (saga_id, step, call),
    CHECK (outcome <> 'refused' OR (call = 'action' AND answer IS NOT NULL)),
    CHECK (outcome <> 'nothing' OR call <> 'completion')
);

-- Purging looks for what ended long ago.
CREATE INDEX saga_barrier_ended ON saga_barrier (at) WHERE call <> 'action';

-- What is still to be published, in this order; the relay publishes and deletes.
CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    aggregate_type text NOT NULL, -- where to: the topic
    aggregate_id text NOT NULL, -- the record's key, which keeps what one saga says in order: the saga's id
    type text NOT NULL, -- what it says: the header messageType
    payload bytea, -- NULL: a record without value
    headers jsonb NOT NULL, -- the record's other headers, name to text
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    failure text, -- NULL: to be published; else why Kafka will not take it: left out until somebody clears this
    -- Below the 1 MiB that Kafka takes: a record that it refuses would stop all behind it.
    CONSTRAINT outbox_record_size CHECK (coalesce(octet_length(payload), 0) + octet_length(headers::text) <= 983040)
);
