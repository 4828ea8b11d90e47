-- Sagas that wait in the log: accepted, but driven by nobody until there is room for them, or until a pause is over.

ALTER TABLE saga
    ADD COLUMN waits_since timestamptz, -- its time limit stands still since then; NULL: it does not wait, or does no more
    ADD COLUMN waits_for text, -- the paused step that it came to; NULL: it has not begun
    ADD CONSTRAINT saga_waits CHECK (waits_for IS NULL OR waits_since IS NOT NULL);

-- First come, first served: ids rise with time.
CREATE INDEX saga_waiting ON saga (saga_id) WHERE waits_since IS NOT NULL;

-- What operators have paused: sagas of the pipeline that have not begun, or any that come to the step, wait.
CREATE TABLE saga_pause (
    kind      text        NOT NULL CHECK (kind IN ('pipeline', 'step')),
    name      text        NOT NULL, -- a route id; of a step in a loop without its index
    reason    text        NOT NULL,
    paused_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (kind, name)
);
