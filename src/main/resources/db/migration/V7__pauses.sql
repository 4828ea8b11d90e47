-- A saga that comes to a paused step says so, and gives itself back to the log; and what operators said about pauses is kept.

ALTER TABLE saga_record
    DROP CONSTRAINT saga_record_kind,
    DROP CONSTRAINT saga_record_of_saga,
    ADD CONSTRAINT saga_record_kind CHECK (kind IN (
        'payload', 'begun', 'attempt', 'succeeded', 'failed', 'completing', 'completed', 'compensating', 'compensated',
        'aborting', 'aborted', 'parked', 'operator', 'waiting')),
    ADD CONSTRAINT saga_record_of_saga CHECK (step IS NOT NULL OR kind IN (
        'payload', 'completing', 'completed', 'aborting', 'aborted', 'parked', 'operator', 'waiting'));

CREATE TABLE saga_pause_word (
    kind   text        NOT NULL CHECK (kind IN ('pipeline', 'step')),
    name   text        NOT NULL,
    word   text        NOT NULL CHECK (word IN ('pause', 'resume')),
    reason text        NOT NULL,
    at     timestamptz NOT NULL DEFAULT clock_timestamp()
);
