-- What each call of a saga's step left behind; see org.bactrian.barrier. The action's row is the lock of its step.
CREATE TABLE saga_barrier (
    saga_id uuid NOT NULL,
    step text NOT NULL,
    call text NOT NULL CHECK (call IN ('action', 'completion', 'compensation')),
    -- 'nothing': a compensation that had nothing to undo, and the tombstone of the action that it forestalled
    outcome text NOT NULL CHECK (outcome IN ('applied', 'refused', 'nothing')),
    answer bytea, -- what to answer when the call is repeated, of a refusal the reason; NULL: an answer without body
    content_type text, -- NULL: the answer did not say
    message_type text, -- NULL: the answer is no Kafka message, or its route names the type
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (saga_id, step, call),
    CHECK (outcome <> 'refused' OR (call = 'action' AND answer IS NOT NULL)),
    CHECK (outcome <> 'nothing' OR call <> 'completion')
);

-- Where nothing can be shipped to.
CREATE TABLE unreachable_country (
    country text PRIMARY KEY
);

INSERT INTO unreachable_country VALUES ('XX');

CREATE SEQUENCE tracking_number;

CREATE TABLE shipment (
    saga_id uuid PRIMARY KEY,
    order_id text NOT NULL UNIQUE,
    country text NOT NULL,
    tracking_number text NOT NULL UNIQUE DEFAULT 'T' || lpad(nextval('tracking_number')::text, 10, '0'),
    status text NOT NULL DEFAULT 'ARRANGED' CHECK (status IN ('ARRANGED', 'CANCELLED'))
);
